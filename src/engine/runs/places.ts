/** Where runs and locks of a source lie: beside it, or in the user's own folder where that cannot be written. */
import { createHash } from 'node:crypto';
import os from 'node:os';
import path from 'node:path';
import { splitLocation } from '../../shared/source-location';
import { isThere } from './is-there';
import { makeFolders } from './make-folders';
import { isRefusal, systemCode, writeAtomically, writingError } from './atomic';

const folderName = '.anomaly-review';

/** What git shows of a runs folder: only what a person said. */
const ignoreRules = '# Made by Anomaly Review; everything but the reviews can be made again.\n*\n!*/\n!review.json\n';

/** What tells sources apart: the absolute path, and the array in it. */
export function sourceIdentity(source: string): string {
  const { path: file, array } = splitLocation(source);
  return array === undefined ? path.resolve(file) : `${path.resolve(file)}#${array}`;
}

/** The folder beside a source; `undefined` for the root of a drive, which has no beside. */
export function folderBeside(source: string): string | undefined {
  const file = path.resolve(splitLocation(source).path);
  const parent = path.dirname(file);
  return parent === file ? undefined : path.join(parent, folderName);
}

/** The source's folder in the user's state folder. */
export function fallbackFolder(source: string, stateFolder: string): string {
  const file = path.resolve(splitLocation(source).path);
  return path.join(stateFolder, createHash('sha256').update(file).digest('hex').slice(0, 16));
}

/** The user's folder for state: LOCALAPPDATA on Windows, XDG_STATE_HOME or ~/.local/state elsewhere. */
export function userStateFolder(): string {
  const { LOCALAPPDATA, XDG_STATE_HOME } = process.env;
  const root =
    process.platform === 'win32'
      ? (LOCALAPPDATA ?? path.join(os.homedir(), 'AppData', 'Local'))
      : XDG_STATE_HOME !== undefined && path.isAbsolute(XDG_STATE_HOME)
        ? XDG_STATE_HOME
        : path.join(os.homedir(), '.local', 'state');
  return path.join(root, 'anomaly-review');
}

/** Makes a folder that git ignores but for reviews. Throws what the system says, or `not-writable`. */
export async function makeIgnoredFolder(folder: string): Promise<void> {
  await makeFolders(folder);
  const rules = path.join(folder, '.gitignore');
  if (!(await isThere(rules))) await writeAtomically(rules, ignoreRules);
}

/**
 * Does `work` in the folder beside the source, or in the user's folder when the system refuses to write beside it.
 * `work` makes what it needs. Throws `not-writable` or `disk-full` where neither takes it.
 */
export async function inWritablePlace<T>(
  source: string,
  stateFolder: string,
  work: (folder: string) => Promise<T>,
): Promise<{ result: T; isFallback: boolean }> {
  const beside = folderBeside(source);
  if (beside !== undefined) {
    try {
      return { result: await work(beside), isFallback: false };
    } catch (error) {
      if (!cannotWrite(error)) throw error;
    }
  }
  const fallback = fallbackFolder(source, stateFolder);
  try {
    return { result: await work(fallback), isFallback: true };
  } catch (error) {
    throw writingError(error, fallback);
  }
}

function cannotWrite(error: unknown): boolean {
  // EEXIST: a file has the folder's name. ENOENT: the file system (such as /proc) knows no new names.
  const code = systemCode(error);
  const cause = error instanceof Error ? error.cause : undefined;
  return isRefusal(error) || isRefusal(cause) || code === 'EEXIST' || [code, systemCode(cause)].includes('ENOENT');
}
