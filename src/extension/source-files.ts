/** Where a source, its images and its runs are on disk. */
import * as l10n from '@vscode/l10n';
import { stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import * as vscode from 'vscode';
import { UserError } from '../shared/errors';
import type { Engine } from './engine';
import type { RunSnapshot } from '../shared/run';
import { isArrayFile, splitLocation, splitPage } from '../shared/source-location';

/** Files that are sources: arrays, lists, and images of several pages. */
export const sourceFileExtensions = ['npy', 'npz', 'idx', 'gz', 'tif', 'tiff', 'txt', 'csv'] as const;

/** The folder in which the source lies: runs are made beside it, exports are offered there. */
export function folderBeside(source: string): string {
  return dirname(splitLocation(source).path);
}

/** Where the engine puts runs of this source when it may write there. */
export function usualRunsFolder(source: string): string {
  return join(folderBeside(source), '.anomaly-review');
}

/** The file behind one image, where it is now. Throws `not-supported` for a row of an array, which has none. */
export async function imageFile(
  snapshot: RunSnapshot,
  index: number,
  engine: Pick<Engine, 'api'>,
): Promise<vscode.Uri> {
  const { path } = splitLocation(snapshot.record.request.source);
  const image = snapshot.paths[index];
  if (image === undefined) throw new UserError('internal', `There is no image ${index} in this run.`);
  if (isArrayFile(path)) {
    throw new UserError(
      'not-supported',
      l10n.t('“{image}” is a row of the array in {file}; it has no file of its own.', {
        image,
        file: basename(path),
      }),
    );
  }
  const isFolder = (await stat(path).catch(() => undefined))?.isDirectory() ?? true;
  const file = resolve(isFolder ? path : dirname(path), splitPage(image)?.file ?? image);
  if (!(await stat(file).catch(() => undefined))) {
    const moved = await (await engine.api()).movedTo(snapshot.runFolder, index);
    if (moved !== undefined) return vscode.Uri.file(moved);
    throw new UserError(
      'source-missing',
      l10n.t('{file} is no longer there. Scan the folder again to see what is.', { file }),
    );
  }
  return vscode.Uri.file(file);
}
