/**
 * How a TIFF file is laid out: a header, then a chain of directories, one a page, each a list of tagged values. TIFF 6.0
 * (1992) and BigTIFF, whose offsets have 64 bits.
 */
import * as l10n from '@vscode/l10n';
import type { FileHandle } from 'node:fs/promises';
import { Unreadable } from './failure-reason';

export interface TiffFormat {
  readonly littleEndian: boolean;
  /** 64-bit offsets. */
  readonly big: boolean;
}

/** A tagged value of a page. */
export interface TiffEntry {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  /** As in the file, in its byte order. */
  readonly value: Buffer;
}

export const tiffTags = {
  subfileType: 254,
  oldSubfileType: 255,
  compression: 259,
  stripOffsets: 273,
  stripByteCounts: 279,
  tileOffsets: 324,
  tileByteCounts: 325,
} as const;

/** Bytes of a value by its type. */
const bytesOfType: readonly number[] = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8];

const mostEntries = 4096;
const mostValueBytes = 64 * 2 ** 20;

/** Reads numbers of a file's byte order, never beyond the file. */
export class TiffReader {
  private constructor(
    private readonly handle: FileHandle,
    readonly fileBytes: number,
    readonly format: TiffFormat,
    /** Where the first directory lies. */
    readonly firstPage: number,
  ) {}

  /** @returns `undefined` when the file is no TIFF */
  static async open(handle: FileHandle): Promise<TiffReader | undefined> {
    const { size } = await handle.stat();
    const start = Buffer.alloc(16);
    const { bytesRead } = await handle.read(start, 0, 16, 0);
    const order = start.toString('latin1', 0, 2);
    if (bytesRead < 8 || (order !== 'II' && order !== 'MM')) return undefined;
    const littleEndian = order === 'II';
    const version = unsigned(start, 2, 2, littleEndian);
    if (version !== 42 && (version !== 43 || bytesRead < 16)) return undefined;
    const big = version === 43;
    const first = big ? unsigned(start, 8, 8, littleEndian) : unsigned(start, 4, 4, littleEndian);
    return new TiffReader(handle, size, { littleEndian, big }, first);
  }

  /** Throws {@link Unreadable} when the file ends before. */
  async bytes(position: number, length: number): Promise<Buffer> {
    if (position + length > this.fileBytes) throw new Unreadable(l10n.t('the file is damaged or ends early'));
    const bytes = Buffer.allocUnsafe(length);
    for (let filled = 0; filled < length;) {
      const { bytesRead } = await this.handle.read(bytes, filled, length - filled, position + filled);
      if (bytesRead === 0) throw new Unreadable(l10n.t('the file is damaged or ends early'));
      filled += bytesRead;
    }
    return bytes;
  }

  /**
   * A page's values and where the next page's directory is (0: nowhere).
   * @param wanted absent: all. Throws {@link Unreadable} for what no honest file has.
   */
  async directory(position: number, wanted?: ReadonlySet<number>): Promise<{ entries: TiffEntry[]; next: number }> {
    const { littleEndian, big } = this.format;
    const [countBytes, entryBytes, offsetBytes] = big ? [8, 20, 8] : [2, 12, 4];
    const count = unsigned(await this.bytes(position, countBytes), 0, countBytes, littleEndian);
    if (count > mostEntries) throw new Unreadable(l10n.t('one of its pages has {0} properties', count));
    const table = await this.bytes(position + countBytes, count * entryBytes + offsetBytes);
    const entries: TiffEntry[] = [];
    for (let at = 0; at < count * entryBytes; at += entryBytes) {
      const tag = unsigned(table, at, 2, littleEndian);
      if (wanted && !wanted.has(tag)) continue;
      const type = unsigned(table, at + 2, 2, littleEndian);
      const values = unsigned(table, at + 4, offsetBytes, littleEndian);
      const length = values * (bytesOfType[type] ?? 0);
      if (length === 0) continue;
      if (length > mostValueBytes) throw new Unreadable(l10n.t('one of its pages has absurdly long properties'));
      const field = at + 4 + offsetBytes;
      const value =
        length <= offsetBytes
          ? table.subarray(field, field + length)
          : await this.bytes(unsigned(table, field, offsetBytes, littleEndian), length);
      entries.push({ tag, type, count: values, value });
    }
    return { entries, next: unsigned(table, count * entryBytes, offsetBytes, littleEndian) };
  }

  /** The whole numbers of a value; none for an absent one or one that is no whole numbers. */
  numbers(entry: TiffEntry | undefined): number[] {
    if (entry === undefined || ![1, 3, 4, 13, 16, 18].includes(entry.type)) return [];
    const size = bytesOfType[entry.type] ?? 1;
    return Array.from({ length: entry.count }, (_, i) =>
      unsigned(entry.value, i * size, size, this.format.littleEndian),
    );
  }
}

function unsigned(bytes: Buffer, at: number, length: number, littleEndian: boolean): number {
  if (length <= 4) return littleEndian ? bytes.readUIntLE(at, length) : bytes.readUIntBE(at, length);
  // No file is so large that a double would round its offsets.
  return Number(littleEndian ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at));
}
