/**
 * One file from one place to another, in two steps: first it stands at both, then the former place is given up. Nothing
 * is ever replaced, and between file systems the former is given up only when the copy was read back and is on the disk.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { link, lstat, mkdir, open, readlink, rename, rm, symlink, unlink, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { LeftFile, LeftReason } from '../../shared/moves';
import { systemCode, writingError } from '../runs/atomic';
import { partBeside, type Journal } from './journal';

/** What is known of a file that moves. */
export interface Content {
  readonly sha256: string;
  /** Of a symbolic link: what it is to say where it goes. */
  readonly link?: string;
}

/** A file that cannot go, which is no reason to stop. */
export class Left extends Error {
  constructor(
    readonly reason: LeftReason,
    readonly detail?: string,
  ) {
    super(reason);
  }

  of(image: string): LeftFile {
    return { path: image, reason: this.reason, ...(this.detail !== undefined && { detail: this.detail }) };
  }
}

/** So many moves share one wait for the disk. */
export const atOnce = 64;

/** Whether it went; what cannot go is added to `left`. Rejects as `act` does with anything but {@link Left}. */
export async function attempt(image: string, act: () => Promise<void>, left: LeftFile[]): Promise<boolean> {
  try {
    await act();
    return true;
  } catch (error) {
    if (!(error instanceof Left)) throw error;
    left.push(error.of(image));
    return false;
  }
}

/** `missing`: nothing there. `same`: what is expected. `other`: something else, or not to be read. */
export async function stateOf(file: string, { sha256 }: Content): Promise<'missing' | 'same' | 'other'> {
  const info = await lstat(file).catch((error: unknown) => systemCode(error));
  if (info === 'ENOENT' || info === 'ENOTDIR') return 'missing';
  if (typeof info !== 'object' || !(info.isFile() || info.isSymbolicLink())) return 'other';
  try {
    return (await hashOf(file)) === sha256 ? 'same' : 'other';
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return 'other';
  }
}

/** Of the content; of what it points to for a link. Throws the system's error. */
export async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), async (pieces: AsyncIterable<Uint8Array>) => {
    for await (const piece of pieces) hash.update(piece);
  });
  return hash.digest('hex');
}

/** What a symbolic link says; undefined for a file. */
export async function linkText(file: string): Promise<string | undefined> {
  return (await lstat(file)).isSymbolicLink() ? readlink(file) : undefined;
}

/**
 * Makes `from` stand at `to` as well, making folders. Throws {@link Left} when it cannot, `disk-full` when there is no
 * room.
 */
export async function duplicate(from: string, to: string, content: Content, journal: Journal): Promise<void> {
  try {
    await mkdir(path.dirname(to), { recursive: true });
    if (content.link !== undefined) await symlink(content.link, to);
    else if (!(await linkHard(from, to))) await copy(from, to, content, journal);
  } catch (error) {
    throw reasonOf(error, to);
  }
}

/** Whether it stands at both now; false where file systems differ or know no second names. */
async function linkHard(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (['EEXIST', 'ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ENOSPC'].includes(systemCode(error) ?? '')) throw error;
    return false;
  }
}

async function copy(from: string, to: string, { sha256 }: Content, journal: Journal): Promise<void> {
  const part = partBeside(to);
  await journal.notePart(part);
  try {
    await copyContent(from, part);
    // What arrived is what counts: the source may have changed, and disks err.
    if ((await hashOf(part)) !== sha256) throw new Left('changed');
    if (await linkHard(part, to)) return;
    // A file system without second names cannot refuse to replace: it is asked before.
    if ((await lstat(to).catch(() => undefined)) !== undefined) throw new Left('exists', to);
    await rename(part, to);
  } finally {
    await rm(part, { force: true });
  }
}

async function copyContent(from: string, to: string): Promise<void> {
  const source = await open(from, 'r');
  let target: FileHandle | undefined;
  try {
    target = await open(to, 'wx');
    const filled = target;
    const { atime, mtime, mode } = await source.stat();
    await pipeline(source.createReadStream({ autoClose: false }), async (pieces: AsyncIterable<Uint8Array>) => {
      for await (const piece of pieces) await filled.writeFile(piece);
    });
    // Not every file system knows rights.
    await target.chmod(mode).catch(() => undefined);
    await target.utimes(atime, mtime);
    await target.sync();
  } finally {
    await source.close();
    await target?.close();
  }
}

/** Puts what was entered in the folders of these files on the disk, where the system lets a program ask for that. */
export async function syncFolders(files: readonly string[]): Promise<void> {
  for (const folder of new Set(files.map((file) => path.dirname(file)))) {
    let handle: FileHandle | undefined;
    try {
      handle = await open(folder, 'r');
      await handle.sync();
    } catch (error) {
      if (!['EISDIR', 'EPERM', 'EACCES', 'EINVAL', 'ENOTSUP'].includes(systemCode(error) ?? '')) throw error;
    } finally {
      await handle?.close();
    }
  }
}

/**
 * Gives up the place of a file that stands elsewhere as well. Throws {@link Left} when the system refuses it, after
 * which it no longer stands at `duplicate`, when that is given.
 */
export async function giveUp(file: string, duplicate?: string): Promise<void> {
  try {
    await unlink(file);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return;
    if (duplicate !== undefined) await unlink(duplicate);
    throw reasonOf(error, file);
  }
}

function reasonOf(error: unknown, place: string): unknown {
  const code = systemCode(error);
  if (code === undefined) return error;
  if (code === 'ENOSPC' || code === 'EDQUOT') return writingError(error, place);
  if (code === 'ENOENT') return new Left('missing');
  // ENOTDIR: a file has the name of a folder on the way.
  return code === 'EEXIST' || code === 'ENOTDIR' ? new Left('exists', place) : new Left('refused', `${code}: ${place}`);
}
