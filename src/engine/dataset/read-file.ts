/** Reads an image file once, for its hash and its pixels. */
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { Unreadable } from './failure-reason';

/** Files up to this size are read once for hash and pixels; larger ones twice, but never held whole. */
const mostBytesInMemory = 64 * 2 ** 20;
const startBytes = 128;

/** Opening a pipe must not wait for somebody to write into it. (Windows has neither the flag nor the trouble.) */
const openFlags = constants.O_RDONLY | (process.platform === 'win32' ? 0 : constants.O_NONBLOCK);

export interface FileContent {
  /** The bytes, or the path of a file that is too large to hold. */
  readonly input: Buffer | string;
  /** The first bytes, to tell what it is when it cannot be decoded. */
  readonly start: Buffer;
  readonly sha256: string;
  readonly bytes: number;
  readonly modifiedMs: number;
}

/** Throws the system's error, or one that says that it is no regular file. */
export async function readImageFile(file: string): Promise<FileContent> {
  const handle = await open(file, openFlags);
  try {
    const info = await handle.stat();
    if (info.isDirectory()) throw new Unreadable('it is a folder, not an image');
    if (!info.isFile()) throw new Unreadable('it is a pipe, socket or device');
    const modifiedMs = Math.round(info.mtimeMs);
    if (info.size > mostBytesInMemory) {
      const { start, sha256 } = await hashByParts(handle);
      return { input: file, start, sha256, bytes: info.size, modifiedMs };
    }
    const bytes = await handle.readFile();
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return { input: bytes, start: bytes.subarray(0, startBytes), sha256, bytes: bytes.length, modifiedMs };
  } finally {
    await handle.close();
  }
}

async function hashByParts(handle: FileHandle): Promise<{ start: Buffer; sha256: string }> {
  const hash = createHash('sha256');
  const part = Buffer.allocUnsafe(2 ** 20);
  let start: Buffer | undefined;
  for (let position = 0; ;) {
    const { bytesRead } = await handle.read(part, 0, part.length, position);
    if (bytesRead === 0) break;
    start ??= Buffer.from(part.subarray(0, Math.min(startBytes, bytesRead)));
    hash.update(part.subarray(0, bytesRead));
    position += bytesRead;
  }
  return { start: start ?? Buffer.alloc(0), sha256: hash.digest('hex') };
}
