/**
 * One page of a TIFF file as a TIFF file of its own, in memory. So the decoder reads a page without walking past all
 * others, a large file is never held whole, and a page has a hash that depends on nothing but itself.
 */
import * as l10n from '@vscode/l10n';
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { Unreadable } from './failure-reason';
import { openFlags, type FileContent } from './read-file';
import type { TiffPage } from './tiff-pages';
import { TiffReader, tiffTags, type TiffEntry, type TiffFormat } from './tiff-structure';

const mostPageBytes = 512 * 2 ** 20;

/** Directories of their own, which are not copied: further sizes of the page, and where and how it was taken. */
const directoryTags: ReadonlySet<number> = new Set([330, 34_665, 34_853, 40_965]);
/** JPEG as TIFF had it before 1995, scattered over the file. */
const oldJpeg = 6;

/** Throws {@link Unreadable} or the system's error. `bytes` and `modifiedMs` are the file's. */
export async function readTiffPage({ file, position }: TiffPage): Promise<FileContent> {
  const handle = await open(file, openFlags);
  try {
    const { mtimeMs, size } = await handle.stat();
    const reader = await TiffReader.open(handle);
    if (reader === undefined) throw new Unreadable(l10n.t('the file is no TIFF picture any more'));
    const input = await extract(reader, position);
    const sha256 = createHash('sha256').update(input).digest('hex');
    return { input, start: input.subarray(0, 128), sha256, bytes: size, modifiedMs: Math.round(mtimeMs) };
  } finally {
    await handle.close();
  }
}

async function extract(reader: TiffReader, position: number): Promise<Buffer> {
  const { entries } = await reader.directory(position);
  const valueOf = (tag: number) => reader.numbers(entries.find((entry) => entry.tag === tag));
  if (valueOf(tiffTags.compression)[0] === oldJpeg) {
    throw new Unreadable(l10n.t('the page is compressed with the old JPEG of TIFF, which cannot be decoded here'));
  }
  const tiled = entries.some(({ tag }) => tag === tiffTags.tileOffsets);
  const offsetTag = tiled ? tiffTags.tileOffsets : tiffTags.stripOffsets;
  const offsets = valueOf(offsetTag);
  const lengths = valueOf(tiled ? tiffTags.tileByteCounts : tiffTags.stripByteCounts);
  if (offsets.length === 0 || lengths.length !== offsets.length) {
    throw new Unreadable(l10n.t('the page does not say where its pixels are'));
  }
  const total = lengths.reduce((sum, length) => sum + length, 0);
  if (total > reader.fileBytes) throw new Unreadable(l10n.t('the page claims more data than the file holds'));
  if (total > mostPageBytes)
    throw new Unreadable(l10n.t('the page has more than 512 MB; save it as a file of its own'));
  const chunks: Buffer[] = [];
  for (const [index, length] of lengths.entries()) chunks.push(await reader.bytes(offsets[index] ?? 0, length));
  const kept = entries.filter(
    ({ tag }) => tag !== offsetTag && !directoryTags.has(tag) && tag !== tiffTags.subfileType,
  );
  return assemble(kept, offsetTag, chunks, reader.format);
}

/** Header, directory, the values that do not fit into it, and the pixels. */
function assemble(
  entries: readonly TiffEntry[],
  offsetTag: number,
  chunks: readonly Buffer[],
  { littleEndian, big }: TiffFormat,
): Buffer {
  const word = big ? 8 : 4;
  const number = (value: number, bytes: number) => {
    const buffer = Buffer.alloc(bytes);
    if (bytes === 8) {
      if (littleEndian) buffer.writeBigUInt64LE(BigInt(value));
      else buffer.writeBigUInt64BE(BigInt(value));
    } else if (littleEndian) buffer.writeUIntLE(value, 0, bytes);
    else buffer.writeUIntBE(value, 0, bytes);
    return buffer;
  };
  const order = Buffer.from(littleEndian ? 'II' : 'MM', 'latin1');
  const header = big
    ? [order, number(43, 2), number(8, 2), number(0, 2), number(16, 8)]
    : [order, number(42, 2), number(8, 4)];
  const countBytes = big ? 8 : 2;
  const directoryBytes = countBytes + (entries.length + 1) * (4 + 2 * word) + word;

  let end = (big ? 16 : 8) + directoryBytes;
  const rest: Buffer[] = [];
  /** Puts bytes behind the directory, at an even place as the format wants it. */
  const append = (bytes: Buffer): number => {
    const place = end;
    const padding = Buffer.alloc(bytes.length % 2);
    rest.push(bytes, padding);
    end += bytes.length + padding.length;
    return place;
  };
  const offsets = Buffer.concat(chunks.map((chunk) => number(append(chunk), word)));
  const all = [...entries, { tag: offsetTag, type: big ? 16 : 4, count: chunks.length, value: offsets }];
  all.sort((a, b) => a.tag - b.tag);
  const fields = all.flatMap(({ tag, type, count, value }) => [
    number(tag, 2),
    number(type, 2),
    number(count, word),
    value.length <= word ? Buffer.concat([value, Buffer.alloc(word - value.length)]) : number(append(value), word),
  ]);
  return Buffer.concat([...header, number(all.length, countBytes), ...fields, number(0, word), ...rest]);
}
