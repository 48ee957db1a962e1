/** What is looked at, and made, where an installation goes, before anything is downloaded. */
import * as l10n from '@vscode/l10n';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../../../shared/errors';
import { isProcessAlive } from '../process-alive';

/** @throws UserError `settings-invalid` for a folder with other things, or a file */
export async function refuseOccupied(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => undefined);
  if (found === undefined) return;
  if (!found.isDirectory()) {
    throw new UserError('settings-invalid', l10n.t('{0} is a file. Name a folder.', folder));
  }
  if ((await readdir(folder)).length > 0) {
    throw new UserError(
      'settings-invalid',
      l10n.t('The folder {0} is not empty. Name another one, or empty it.', folder),
    );
  }
}

/** @throws UserError `settings-invalid` when a wheel that was downloaded elsewhere is not there */
export async function refuseMissingWheel(file: string, isFolder: boolean): Promise<void> {
  const found = await stat(file).catch(() => undefined);
  if (isFolder ? found?.isDirectory() === true : found?.isFile() === true) return;
  throw new UserError(
    'settings-invalid',
    isFolder
      ? l10n.t('There is no folder “{0}”. Name the one with all wheels that were downloaded.', file)
      : l10n.t('There is no file “{0}”. Name the wheel that was downloaded.', file),
  );
}

/**
 * Makes the folder and those above it. One after the other: Node's own `recursive` tries for ever where a file system,
 * such as /proc, denies new names with ENOENT.
 * @throws UserError `not-writable`
 */
export async function makeStaging(staging: string): Promise<void> {
  const missing: string[] = [];
  for (let at = staging; !existsSync(at); at = path.dirname(at)) missing.unshift(at);
  try {
    for (const folder of missing) {
      await mkdir(folder).catch((error: unknown) => {
        // Another process may have made one of those above meanwhile.
        if (folder === staging || !existsSync(folder)) throw error;
      });
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError('not-writable', l10n.t('{0} cannot be written to: {1}.', path.dirname(staging), reason), {
      cause: error,
    });
  }
}

/** @throws UserError `disk-full` */
export async function refuseFullDisk(folder: string, neededBytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize >= neededBytes) return;
  throw new UserError(
    'disk-full',
    l10n.t(
      'Preparing TensorFlow takes {0} GB for a while; in {1} only {2} GB are free. Make room, or name another folder with --to DIR.',
      (neededBytes / 1e9).toFixed(1),
      path.dirname(folder),
      ((bavail * bsize) / 1e9).toFixed(1),
    ),
  );
}

/**
 * Of installations whose process was killed.
 * @throws UserError `run-locked` when another one runs
 */
export async function removeLeftovers(folder: string): Promise<void> {
  const start = `${path.basename(folder)}.installing-`;
  const names = await readdir(path.dirname(folder)).catch(() => []);
  for (const name of names.filter((one) => one.startsWith(start))) {
    const processId = Number(name.slice(start.length));
    if (isProcessAlive(processId)) {
      throw new UserError(
        'run-locked',
        l10n.t(
          'TensorFlow is being installed into {0} by process {1} already. Wait for it to end.',
          folder,
          String(processId),
        ),
      );
    }
    await rm(path.join(path.dirname(folder), name), { recursive: true, force: true });
  }
}
