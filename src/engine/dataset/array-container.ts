/** What arrays are kept in: a file each, a compressed file each, or several in an archive. */
import * as l10n from '@vscode/l10n';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import path from 'node:path';
import { createGunzip } from 'node:zlib';
import { ArrayFormatError, mostHeaderBytes } from './array-header';
import { systemErrorCode } from './failure-reason';
import { NpzArchive } from './npz-archive';
import { refuseBomb, startOf, unpack } from './unpack';

/** Where the bytes of an array begin, its header included, once they lie uncompressed in a file. */
export interface Place {
  readonly file: string;
  readonly offset: number;
}

/** Errors are {@link ArrayFormatError} or the system's. */
export interface ArrayContainer {
  readonly names: readonly string[];
  /** The first bytes of an array, enough for its header. */
  start(name: string): Promise<Buffer>;
  /** Throws when the array cannot be of `bytes` bytes, header included. */
  check(name: string, bytes: number): void;
  /** Where the array lies uncompressed; `undefined` when it must be extracted. */
  place(name: string): Promise<Place | undefined>;
  /** Unpacks an array of `bytes` bytes, header included. */
  extract(name: string, bytes: number, target: string, signal: AbortSignal): Promise<void>;
  close(): void;
}

/** Throws {@link ArrayFormatError} when it is no regular file or a damaged archive, or the system's error. */
export async function openContainer(file: string): Promise<ArrayContainer> {
  const info = await stat(file);
  // Opening a pipe would wait for somebody to write into it.
  if (!info.isFile()) throw new ArrayFormatError(l10n.t('it is no regular file'));
  if (info.size === 0) throw new ArrayFormatError(l10n.t('it is empty'));
  const extension = path.extname(file).toLowerCase();
  if (extension === '.npz') return NpzArchive.open(file);
  return extension === '.gz' ? new CompressedArray(file, info.size) : new PlainArray(file, info.size);
}

/** An array that is a file of its own. */
class PlainArray implements ArrayContainer {
  readonly names: readonly string[];

  constructor(
    private readonly file: string,
    private readonly bytes: number,
  ) {
    this.names = [nameOf(file)];
  }

  async start(): Promise<Buffer> {
    const handle = await open(this.file, 'r');
    try {
      const start = Buffer.alloc(mostHeaderBytes);
      const { bytesRead } = await handle.read(start, 0, start.length, 0);
      return start.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  }

  check(_: string, bytes: number): void {
    if (this.bytes < bytes) {
      throw new ArrayFormatError(l10n.t('it ends early: its shape needs {0} bytes, but it has {1}', bytes, this.bytes));
    }
  }

  place(): Promise<Place> {
    return Promise.resolve({ file: this.file, offset: 0 });
  }

  extract(): Promise<void> {
    return Promise.reject(new Error('an array in the open needs no unpacking'));
  }

  close(): void {
    // Nothing stays open between calls.
  }
}

/** An array that is compressed with gzip, which tells its size only when it is unpacked. */
class CompressedArray implements ArrayContainer {
  readonly names: readonly string[];

  constructor(
    private readonly file: string,
    private readonly packedBytes: number,
  ) {
    this.names = [nameOf(file.slice(0, -path.extname(file).length))];
  }

  async start(): Promise<Buffer> {
    const packed = createReadStream(this.file);
    const unpacked = createGunzip();
    packed.on('error', (error) => unpacked.destroy(error));
    try {
      return await startOf(packed.pipe(unpacked));
    } catch (error) {
      throw damaged(error);
    } finally {
      packed.destroy();
    }
  }

  check(_: string, bytes: number): void {
    refuseBomb(this.packedBytes, bytes);
  }

  place(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  async extract(_: string, bytes: number, target: string, signal: AbortSignal): Promise<void> {
    const packed = createReadStream(this.file);
    const unpacked = createGunzip();
    packed.on('error', (error) => unpacked.destroy(error));
    try {
      await unpack(packed.pipe(unpacked), target, { bytes }, signal);
    } catch (error) {
      throw damaged(error);
    } finally {
      packed.destroy();
    }
  }

  close(): void {
    // Nothing stays open between calls.
  }
}

/** What inflating complains about; everything else goes through. */
function damaged(error: unknown): unknown {
  if (!systemErrorCode(error)?.startsWith('Z_')) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new ArrayFormatError(l10n.t('it is damaged or not compressed with gzip ({0})', reason), { cause: error });
}

function nameOf(file: string): string {
  const base = path.basename(file);
  return /\.(npy|idx)$/i.test(base) ? base.slice(0, -path.extname(base).length) : base;
}
