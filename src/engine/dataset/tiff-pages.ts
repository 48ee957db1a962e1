/** The pages of a TIFF file that are images of their own. */
import * as l10n from '@vscode/l10n';
import { open } from 'node:fs/promises';
import { Unreadable } from './failure-reason';
import { openFlags } from './read-file';
import { TiffReader, tiffTags } from './tiff-structure';

/** What is said of a file whose pages do not end as they should; a path is its name for people. */
type PageNote = (path: string) => string;

/** A page that must be read on its own. */
export interface TiffPage {
  /** The file it is in. */
  readonly file: string;
  /** Where its directory lies, in bytes. */
  readonly position: number;
}

export interface TiffPages {
  /** Empty: the file is one image, or cannot be understood, and is left to the decoder whole. */
  readonly pages: readonly TiffPage[];
  readonly note?: PageNote;
}

/** As many as any scanner writes; more is an attack, or a film that should be an array. */
const mostPages = 65_535;

const kindTags: ReadonlySet<number> = new Set([tiffTags.subfileType, tiffTags.oldSubfileType]);

/** Smaller copies of other pages and masks are left out. Throws the system's error. */
export async function listTiffPages(file: string): Promise<TiffPages> {
  const handle = await open(file, openFlags);
  try {
    if (!(await handle.stat()).isFile()) return { pages: [] };
    const reader = await TiffReader.open(handle);
    if (reader === undefined) return { pages: [] };
    const { pages, note } = await walk(reader);
    const isWhole = pages.length === 0 || (pages.length === 1 && pages[0] === reader.firstPage);
    return {
      pages: isWhole ? [] : pages.map((position) => ({ file, position })),
      ...(note !== undefined && { note }),
    };
  } finally {
    await handle.close();
  }
}

async function walk(reader: TiffReader): Promise<{ pages: number[]; note?: PageNote }> {
  const pages: number[] = [];
  const seen = new Set<number>();
  for (let position = reader.firstPage; position !== 0;) {
    if (seen.has(position))
      return {
        pages,
        note: (path) =>
          l10n.t('“{0}” leads from its last page back to an earlier one. Pages taken: {1}.', path, pages.length),
      };
    if (seen.size === mostPages)
      return {
        pages,
        note: (path) => l10n.t('“{0}” has more than {1} pages. Pages taken: {2}.', path, mostPages, pages.length),
      };
    seen.add(position);
    try {
      const { entries, next } = await reader.directory(position, kindTags);
      const kind = entries.find(({ tag }) => tag === tiffTags.subfileType);
      const oldKind = entries.find(({ tag }) => tag === tiffTags.oldSubfileType);
      const bits = reader.numbers(kind)[0] ?? 0;
      const isCopyOrMask = (bits & 1) !== 0 || (bits & 4) !== 0 || reader.numbers(oldKind)[0] === 2;
      if (!isCopyOrMask) pages.push(position);
      position = next;
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      // A first page that cannot be read is for the decoder to explain.
      if (pages.length === 0) return { pages };
      return {
        pages,
        note: (path) => l10n.t('“{0}” is damaged behind its page {1}. Pages taken: {1}.', path, pages.length),
      };
    }
  }
  return { pages };
}
