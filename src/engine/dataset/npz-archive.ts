/** Arrays inside a `.npz` file (a ZIP archive of `.npy` files). */
import * as l10n from '@vscode/l10n';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { openPromise, type Entry, type ZipFile } from 'yauzl';
import type { ArrayContainer, Place } from './array-container';
import { ArrayFormatError } from './array-header';
import { refuseBomb, startOf, unpack } from './unpack';

/** An archive of images has few members; more is an attack or no array archive. */
const mostMembers = 10_000;

export class NpzArchive implements ArrayContainer {
  private constructor(
    private readonly file: string,
    private readonly bytes: number,
    private readonly zip: ZipFile,
    private readonly members: ReadonlyMap<string, Entry>,
  ) {}

  /** Throws {@link ArrayFormatError} or the system's error. */
  static async open(file: string): Promise<NpzArchive> {
    const { size } = await stat(file);
    let zip: ZipFile;
    try {
      zip = await openPromise(file, { lazyEntries: true, autoClose: false });
    } catch (error) {
      throw archiveError(error);
    }
    try {
      return new NpzArchive(file, size, zip, await membersOf(zip));
    } catch (error) {
      zip.close();
      throw archiveError(error);
    }
  }

  get names(): string[] {
    return [...this.members.keys()];
  }

  async start(name: string): Promise<Buffer> {
    try {
      return await startOf(await this.#stream(name));
    } catch (error) {
      throw archiveError(error);
    }
  }

  check(name: string, bytes: number): void {
    const { uncompressedSize, compressedSize } = this.#member(name);
    if (uncompressedSize < bytes) {
      throw new ArrayFormatError(
        l10n.t('it ends early: its shape needs {0} bytes, but it has {1}', bytes, uncompressedSize),
      );
    }
    if (uncompressedSize > bytes) {
      throw new ArrayFormatError(l10n.t('it has {0} bytes, but its shape needs only {1}', uncompressedSize, bytes));
    }
    refuseBomb(compressedSize, bytes);
  }

  async place(name: string): Promise<Place | undefined> {
    const member = this.#member(name);
    if (member.compressionMethod !== 0) return undefined;
    try {
      const { fileDataStart } = await this.zip.readLocalFileHeaderPromise(member, { minimal: true });
      if (fileDataStart + member.uncompressedSize > this.bytes)
        throw new ArrayFormatError(l10n.t('the archive ends early'));
      return { file: this.file, offset: fileDataStart };
    } catch (error) {
      throw archiveError(error);
    }
  }

  async extract(name: string, bytes: number, target: string, signal: AbortSignal): Promise<void> {
    const stream = await this.#stream(name);
    try {
      await unpack(stream, target, { bytes, crc32: this.#member(name).crc32 }, signal);
    } catch (error) {
      throw archiveError(error);
    }
  }

  close(): void {
    this.zip.close();
  }

  async #stream(name: string): Promise<Readable> {
    const member = this.#member(name);
    if (member.isEncrypted()) throw new ArrayFormatError(l10n.t('it is encrypted'));
    try {
      return await this.zip.openReadStreamPromise(member);
    } catch (error) {
      throw archiveError(error);
    }
  }

  #member(name: string): Entry {
    const member = this.members.get(name);
    if (member === undefined) throw new ArrayFormatError(l10n.t('it has no array “{0}”', name));
    return member;
  }
}

async function membersOf(zip: ZipFile): Promise<ReadonlyMap<string, Entry>> {
  if (zip.entryCount > mostMembers) throw new ArrayFormatError(l10n.t('it has too many members ({0})', zip.entryCount));
  const members = new Map<string, Entry>();
  for await (const entry of zip.eachEntry()) {
    if (!entry.fileName.endsWith('.npy')) continue;
    const name = entry.fileName.slice(0, -'.npy'.length);
    // Names are shown in terminals and written to lists of one name a line.
    if (/\p{Cc}/u.test(name))
      throw new ArrayFormatError(l10n.t('the name of one of its arrays has control characters'));
    if (members.has(name)) throw new ArrayFormatError(l10n.t('it has two arrays called “{0}”', name));
    members.set(name, entry);
  }
  return members;
}

/** System errors (and an abort) go through; whatever the archive reader complains about is a damaged archive. */
function archiveError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof ArrayFormatError) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (/^E[A-Z]+$/.test(code) || error.name === 'AbortError') return error;
  return new ArrayFormatError(l10n.t('the archive is damaged ({0})', error.message), { cause: error });
}
