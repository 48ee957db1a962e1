/** Finds the images of a folder and below it, in natural order. */
import * as l10n from '@vscode/l10n';
import { readdir, realpath, stat } from 'node:fs/promises';
import type { Dirent } from 'node:fs';
import path from 'node:path';
import { systemErrorCode } from './failure-reason';
import { isArrayFile } from '../../shared/source-location';
import { hasImageExtension } from './image-formats';
import { compareNames, sortPaths } from './natural-order';

export interface FolderListing {
  /** Relative to the folder, with `/`, in natural order. */
  readonly images: readonly string[];
  /** What was passed over, by extension (`.txt`, or `no extension`). */
  readonly otherFiles: ReadonlyMap<string, number>;
  readonly folders: number;
  readonly notes: readonly string[];
}

interface Folder {
  /** Relative to the root, '' for the root itself. */
  readonly relative: string;
  readonly absolute: string;
}

/**
 * Links are followed, but every real folder is listed once, so that links in a circle or to a folder that is listed
 * anyway add nothing. Hidden files and folders are passed over. Throws when the root cannot be read or on abort.
 */
export async function listFolder(root: string, signal: AbortSignal): Promise<FolderListing> {
  const images: string[] = [];
  const otherFiles = new Map<string, number>();
  const notes: string[] = [];
  const visited = new Set<string>();
  let hiddenImages = 0;

  // Real folders come first, so that a folder is listed under its own name and not under that of a link to it.
  const folders: Folder[] = [{ relative: '', absolute: root }];
  const links: Folder[] = [];

  const visit = async (folder: Folder): Promise<void> => {
    visited.add(await realpath(folder.absolute));
    for (const entry of await readdir(folder.absolute, { withFileTypes: true })) {
      const relative = folder.relative === '' ? entry.name : `${folder.relative}/${entry.name}`;
      const absolute = path.join(folder.absolute, entry.name);
      if (entry.name.startsWith('.')) {
        if (entry.isFile() && hasImageExtension(entry.name)) hiddenImages++;
        continue;
      }
      const kind = await kindOf(entry, absolute);
      if (kind === 'folder') (entry.isSymbolicLink() ? links : folders).push({ relative, absolute });
      else if (!hasImageExtension(entry.name)) {
        const extension = kindByName(entry.name);
        otherFiles.set(extension, (otherFiles.get(extension) ?? 0) + 1);
      } else if (kind === 'special')
        notes.push(l10n.t('“{0}” is a pipe, socket or device and was left out.', relative));
      else images.push(relative);
    }
  };

  for (let next = nextOf(folders, links); next !== undefined; next = nextOf(folders, links)) {
    signal.throwIfAborted();
    try {
      if (next.isLink && visited.has(await realpath(next.folder.absolute))) {
        notes.push(
          l10n.t('The link “{0}” leads to a folder that is listed already and was not followed.', next.folder.relative),
        );
        continue;
      }
      await visit(next.folder);
    } catch (error) {
      if (next.folder.relative === '' || systemErrorCode(error) === undefined) throw error;
      notes.push(
        l10n.t(
          'The folder “{0}” could not be read ({1}) and was left out.',
          next.folder.relative,
          String(systemErrorCode(error)),
        ),
      );
    }
  }
  if (hiddenImages > 0)
    notes.push(l10n.t('Hidden image files (their names begin with a dot) were left out: {0}.', hiddenImages));
  return { images: sortPaths(images), otherFiles, folders: visited.size, notes: notes.sort(compareNames) };
}

/** `.txt`, `.npy`, `IDX` (whose names have extensions only sometimes), or `no extension`. */
function kindByName(name: string): string {
  const extension = path.extname(name).toLowerCase();
  if (isArrayFile(name) && !isArrayFile(`a${extension}`)) return 'IDX';
  return extension || 'no extension';
}

/** The next real folder, else the first link in natural order. */
function nextOf(folders: Folder[], links: Folder[]): { folder: Folder; isLink: boolean } | undefined {
  const folder = folders.pop();
  if (folder !== undefined) return { folder, isLink: false };
  const first = sortPaths(links.map(({ relative }) => relative))[0];
  const link = links.splice(
    links.findIndex(({ relative }) => relative === first),
    1,
  )[0];
  return link && { folder: link, isLink: true };
}

async function kindOf(entry: Dirent, absolute: string): Promise<'folder' | 'file' | 'special'> {
  if (!entry.isSymbolicLink()) return entry.isDirectory() ? 'folder' : entry.isFile() ? 'file' : 'special';
  try {
    const target = await stat(absolute);
    return target.isDirectory() ? 'folder' : target.isFile() ? 'file' : 'special';
  } catch {
    // A broken link keeps its place among the images; reading it gives the reason.
    return 'file';
  }
}

/** “12 (.txt 10, .json 2)”, or an empty text. */
export function describeOtherFiles(otherFiles: ReadonlyMap<string, number>): string {
  const kinds = [...otherFiles].sort((a, b) => b[1] - a[1] || compareNames(a[0], b[0]));
  const total = kinds.reduce((sum, [, count]) => sum + count, 0);
  if (total === 0) return '';
  const shown = kinds.slice(0, 5).map(([extension, count]) => `${extension} ${count}`);
  if (kinds.length > shown.length) shown.push('…');
  return `${total} (${shown.join(', ')})`;
}
