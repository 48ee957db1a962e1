/** Writes files whole or not at all, and says in words why one cannot be written. */
import * as l10n from '@vscode/l10n';
import { open, readdir, rename, rm, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { UserError } from '../../shared/errors';
import { makeFolders } from './make-folders';
import { isProcessAlive } from './process-identity';

let written = 0;

/**
 * Writes to a temporary name, flushes to the disk, then renames: readers see the old content or the new. Makes the
 * folder when it is missing. Throws `disk-full`, `not-writable`, or `settings-invalid` where a folder has the name.
 */
export async function writeAtomically(file: string, content: Uint8Array | string): Promise<void> {
  await writeGradually(file, (handle) => handle.writeFile(content));
}

/** The same for content that comes bit by bit: the file is in place once `write` has resolved. */
export async function writeGradually<T>(file: string, write: (handle: FileHandle) => Promise<T>): Promise<T> {
  const folder = path.dirname(file);
  const temporary = path.join(folder, `.${path.basename(file)}.${process.pid}.${++written}.tmp`);
  try {
    const handle = await openMakingFolder(temporary, folder);
    let result: T;
    try {
      result = await write(handle);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await replace(temporary, file);
    return result;
  } catch (error) {
    // The first failure is the one to report.
    await rm(temporary, { force: true }).catch(() => undefined);
    throw writingError(error, file);
  }
}

async function openMakingFolder(file: string, folder: string): Promise<FileHandle> {
  try {
    return await open(file, 'w');
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
    await makeFolders(folder);
    return open(file, 'w');
  }
}

const replaceAttempts = 10;

/** On Windows a virus scanner or a reader may hold the target for a moment. */
async function replace(from: string, to: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await rename(from, to);
      return;
    } catch (error) {
      const isHeld = ['EPERM', 'EACCES', 'EBUSY'].includes(systemCode(error) ?? '');
      if (process.platform !== 'win32' || !isHeld || attempt === replaceAttempts) throw error;
      await wait(20 * attempt);
    }
  }
}

/** Removes temporary files that processes left behind when they died. */
export async function removeLeftovers(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  for (const entry of entries) {
    const pid = /^\..+\.(\d+)\.\d+\.tmp$/.exec(entry.name)?.[1];
    if (pid === undefined || !entry.isFile() || isProcessAlive(Number(pid))) continue;
    await rm(path.join(entry.parentPath, entry.name), { force: true });
  }
}

/** A system error of writing as a sentence for people; anything else as it is. */
export function writingError(error: unknown, file: string): unknown {
  const code = systemCode(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new UserError(
      'disk-full',
      l10n.t('The disk is full: “{0}” could not be written. Make room, then resume the run or try again.', file),
      { cause: error },
    );
  }
  if (code === 'EISDIR') {
    return new UserError('settings-invalid', l10n.t('“{0}” is a folder. Name a file in it.', file), { cause: error });
  }
  // ENOENT: the folder could not be made either, as in /proc or below a mount that went away.
  if (isRefusal(error) || code === 'ENOENT') {
    return new UserError(
      'not-writable',
      l10n.t('“{0}” could not be written ({1}). Allow writing there, or choose another place.', file, code ?? ''),
      { cause: error },
    );
  }
  return error;
}

/** Whether the system refuses writing at a place for good. */
export function isRefusal(error: unknown): boolean {
  return ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'ENAMETOOLONG'].includes(systemCode(error) ?? '');
}

/** `ENOENT` and the like of an error from the file system. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
