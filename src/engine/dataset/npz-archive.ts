/** Arrays inside a `.npz` file (a ZIP archive of `.npy` files). */
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { openPromise, type Entry, type ZipFile } from 'yauzl';
import { mostHeaderBytes, NumpyHeaderError } from './numpy-header';

/** An archive of images has few members; more is an attack or no array archive. */
const mostMembers = 10_000;

export class NpzArchive {
  private constructor(
    private readonly zip: ZipFile,
    private readonly members: ReadonlyMap<string, Entry>,
  ) {}

  /** Throws {@link NumpyHeaderError} or the system's error. */
  static async open(file: string): Promise<NpzArchive> {
    let zip: ZipFile;
    try {
      zip = await openPromise(file, { lazyEntries: true, autoClose: false });
    } catch (error) {
      throw archiveError(error);
    }
    try {
      if (zip.entryCount > mostMembers) throw new NumpyHeaderError(`it has ${zip.entryCount} members`);
      const members = new Map<string, Entry>();
      for await (const entry of zip.eachEntry()) {
        if (entry.fileName.endsWith('.npy')) members.set(entry.fileName.slice(0, -'.npy'.length), entry);
      }
      return new NpzArchive(zip, members);
    } catch (error) {
      zip.close();
      throw archiveError(error);
    }
  }

  get names(): string[] {
    return [...this.members.keys()];
  }

  /** Size of a member when unpacked, in bytes, as the archive declares it. */
  unpackedBytes(name: string): number {
    return this.#member(name).uncompressedSize;
  }

  /** The first bytes of a member, enough for its header. */
  async start(name: string): Promise<Buffer> {
    const stream = await this.#stream(name);
    const parts: Buffer[] = [];
    let length = 0;
    try {
      for await (const part of stream) {
        if (!Buffer.isBuffer(part)) continue;
        parts.push(part);
        length += part.length;
        if (length >= mostHeaderBytes) break;
      }
    } catch (error) {
      throw archiveError(error);
    }
    return Buffer.concat(parts).subarray(0, mostHeaderBytes);
  }

  /** Where a member's bytes begin in the archive's file, when they are not compressed. */
  async storedOffset(name: string): Promise<number | undefined> {
    const member = this.#member(name);
    if (member.compressionMethod !== 0) return undefined;
    const { fileDataStart } = await this.zip.readLocalFileHeaderPromise(member, { minimal: true });
    return fileDataStart;
  }

  /** Unpacks a member; the file appears whole or not at all. Stops when there is more than the archive declares. */
  async extract(name: string, file: string, signal: AbortSignal): Promise<void> {
    const partial = `${file}.${process.pid}.partial`;
    try {
      await pipeline(await this.#stream(name), createWriteStream(partial), { signal });
      await rename(partial, file);
    } catch (error) {
      await rm(partial, { force: true });
      throw archiveError(error);
    }
  }

  close(): void {
    this.zip.close();
  }

  async #stream(name: string): Promise<Readable> {
    const member = this.#member(name);
    if (member.isEncrypted()) throw new NumpyHeaderError('it is encrypted');
    try {
      return await this.zip.openReadStreamPromise(member);
    } catch (error) {
      throw archiveError(error);
    }
  }

  #member(name: string): Entry {
    const member = this.members.get(name);
    if (member === undefined) throw new NumpyHeaderError(`it has no array “${name}”`);
    return member;
  }
}

/** System errors (and an abort) go through; whatever the archive reader complains about is a damaged archive. */
function archiveError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof NumpyHeaderError) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (/^E[A-Z]+$/.test(code) || error.name === 'AbortError') return error;
  return new NumpyHeaderError(`the archive is damaged (${error.message})`, { cause: error });
}
