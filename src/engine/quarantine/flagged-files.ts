/** The files behind the flagged images of a run, and where under a folder each of them belongs. */
import path from 'node:path';
import * as l10n from '@vscode/l10n';
import { UserError } from '../../shared/errors';
import type { LeftFile } from '../../shared/moves';
import type { ManifestEntry, RunRecord } from '../../shared/run';
import { isArrayFile, splitLocation, splitPage } from '../../shared/source-location';
import type { ImageSource } from '../dataset/dataset';
import { openJoined } from '../dataset/joined-source';

export interface FlaggedFile {
  /** As the run names the image; of a file of several pages, without the page. */
  readonly path: string;
  /** Absolute; undefined when the source no longer names it. */
  readonly file: string | undefined;
  /** Below the folder that it goes to. */
  readonly relative: string;
  /** Of the image, which is less than its file where that is a TIFF. */
  readonly sha256: string;
  readonly bytes: number;
  readonly modifiedMs: number;
}

export interface FlaggedFiles {
  readonly files: readonly FlaggedFile[];
  readonly left: readonly LeftFile[];
}

/** @param flags by image, 1: flagged. Throws `not-supported` when the images are rows of an array */
export async function flaggedFiles(
  { request }: Pick<RunRecord, 'request'>,
  manifest: readonly ManifestEntry[],
  flags: ArrayLike<number>,
): Promise<FlaggedFiles> {
  const places = [request.source, ...(request.scoreAlso ?? [])].map((location) => splitLocation(location).path);
  if (places.every(isArrayFile)) {
    throw new UserError(
      'not-supported',
      l10n.t(
        'The images are rows of “{0}”, which have no files of their own to move. Export them instead: as a 0/1 file, CSV or list.',
        places.join('”, “'),
      ),
    );
  }
  const source = await openAsItIs(request);
  try {
    return collect(manifest, flags, source);
  } finally {
    await source?.close();
  }
}

function collect(
  manifest: readonly ManifestEntry[],
  flags: ArrayLike<number>,
  source: ImageSource | undefined,
): FlaggedFiles {
  const places = new Map(source?.paths.map((name, place) => [name, place]));
  const files = new Map<string, FlaggedFile>();
  const left = new Map<string, LeftFile>();
  const kept = new Set<string>();
  manifest.forEach((entry, index) => {
    const page = splitPage(entry.path);
    const name = page?.file ?? entry.path;
    if (flags[index] !== 1) {
      if (page) kept.add(name);
      return;
    }
    const place = places.get(entry.path);
    const file = place === undefined ? undefined : source?.filePath(place);
    if (place !== undefined && file === undefined) left.set(name, { path: name, reason: 'row' });
    else if (entry.sha256 === '') left.set(name, { path: name, reason: 'never-read' });
    // A list may name a file twice.
    else if (!files.has(name)) files.set(name, { ...entry, path: name, file, relative: relativePlace(name) });
  });
  for (const name of kept) {
    if (files.delete(name)) left.set(name, { path: name, reason: 'page' });
  }
  return { files: [...files.values()], left: [...left.values()] };
}

/** Undefined when nothing is left of the source, as after a move of all its images. */
async function openAsItIs(request: RunRecord['request']): Promise<ImageSource | undefined> {
  try {
    return await openJoined(request, new AbortController().signal, { arrays: request.settings });
  } catch (error) {
    if (error instanceof UserError && ['source-empty', 'source-missing'].includes(error.code)) return undefined;
    throw error;
  }
}

/** Lists may name absolute paths and such that lead upwards; under the new folder they must stay inside. */
function relativePlace(name: string): string {
  const separators = path.sep === '\\' ? /[\\/]/ : '/';
  const parts = name.replace(/^[a-z]:(?=[\\/])/i, '').split(separators);
  return parts.filter((part) => !['', '.', '..'].includes(part)).join('/');
}
