/** Reads an image file once, for its hash and its pixels. */
import * as l10n from '@vscode/l10n';
import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, open, read } from 'node:fs';
import { promisify } from 'node:util';
import { Unreadable } from './failure-reason';

/** Files up to this size are read once for hash and pixels; larger ones twice, but never held whole. */
const mostBytesInMemory = 32 * 2 ** 20;
const startBytes = 128;

/** Opening a pipe must not wait for somebody to write into it. (Windows has neither the flag nor the trouble.) */
export const openFlags = constants.O_RDONLY | (process.platform === 'win32' ? 0 : constants.O_NONBLOCK);

// Plain descriptors: with thousands of small files, FileHandle costs half as much again as the reading itself.
const openFile = promisify(open);
const readPart = promisify(read);

export interface FileContent {
  /** The bytes, or the path of a file that is too large to hold. */
  readonly input: Buffer | string;
  /** The first bytes, to tell what it is when it cannot be decoded. */
  readonly start: Buffer;
  readonly sha256: string;
  readonly bytes: number;
  readonly modifiedMs: number;
}

/** Throws the system's error, or {@link Unreadable} when it is no regular file. */
export async function readImageFile(file: string): Promise<FileContent> {
  const descriptor = await openFile(file, openFlags);
  try {
    // Of a file that was only read, stat and close take no time worth a trip to the thread pool.
    const info = fstatSync(descriptor);
    if (info.isDirectory()) throw new Unreadable(l10n.t('it is a folder, not an image'));
    if (!info.isFile()) throw new Unreadable(l10n.t('it is a pipe, socket or device'));
    const modifiedMs = Math.round(info.mtimeMs);
    if (info.size > mostBytesInMemory) {
      return { input: file, ...(await hashByParts(descriptor)), bytes: info.size, modifiedMs };
    }
    const bytes = await readWhole(descriptor, info.size);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return { input: bytes, start: bytes.subarray(0, startBytes), sha256, bytes: bytes.length, modifiedMs };
  } finally {
    closeSync(descriptor);
  }
}

async function readWhole(descriptor: number, size: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(size);
  let filled = 0;
  while (filled < size) {
    const { bytesRead } = await readPart(descriptor, bytes, filled, size - filled, filled);
    // The file was cut off in between.
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

async function hashByParts(descriptor: number): Promise<{ start: Buffer; sha256: string }> {
  const hash = createHash('sha256');
  const part = Buffer.allocUnsafe(2 ** 20);
  let start: Buffer | undefined;
  for (let position = 0; ;) {
    const { bytesRead } = await readPart(descriptor, part, 0, part.length, position);
    if (bytesRead === 0) break;
    start ??= Buffer.from(part.subarray(0, Math.min(startBytes, bytesRead)));
    hash.update(part.subarray(0, bytesRead));
    position += bytesRead;
  }
  return { start: start ?? Buffer.alloc(0), sha256: hash.digest('hex') };
}
