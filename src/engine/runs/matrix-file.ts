/** A row of numbers for every scored image as a NumPy array: float32 [images, columns] in data-set order, NaN where unreadable. */
import * as l10n from '@vscode/l10n';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { UserError } from '../../shared/errors';
import { systemCode, writeGradually } from './atomic';

const rowsAtOnce = 4096;
const bytesAtOnce = 2 ** 20;

/** Takes the rows [indexes.length, columns] of these images. Indexes only rise, from one call to the next as well. */
export type PutRows = (indexes: Uint32Array, rows: Float32Array) => Promise<void>;

/** Writes what `fill` puts; memory does not grow with the rows. The file is there, whole, once `fill` has resolved. */
export function writeMatrix<T>(
  file: string,
  rows: number,
  columns: number,
  fill: (put: PutRows) => Promise<T>,
): Promise<T> {
  return writeGradually(file, async (handle) => {
    let next = 0;
    await handle.write(numpyHeader([rows, columns]));
    const skipTo = async (row: number) => {
      while (next < row) {
        const count = Math.min(rowsAtOnce, row - next);
        await writeFloats(handle, new Float32Array(count * columns).fill(NaN));
        next += count;
      }
    };
    const result = await fill(async (indexes, values) => {
      for (let start = 0; start < indexes.length;) {
        const first = indexes[start] ?? 0;
        let end = start + 1;
        while (end < indexes.length && indexes[end] === first + end - start) end++;
        if (first < next) throw new Error('Rows must come in the order of the images.');
        await skipTo(first);
        await writeFloats(handle, values.subarray(start * columns, end * columns));
        next += end - start;
        start = end;
      }
    });
    await skipTo(rows);
    return result;
  });
}

async function writeFloats(handle: FileHandle, values: Float32Array): Promise<void> {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  for (let done = 0; done < bytes.length;) done += (await handle.write(bytes, done)).bytesWritten;
}

/** Of float32 in little endian and C order, as NumPy's format version 1.0 describes it. */
export function numpyHeader(shape: readonly number[]): Uint8Array {
  const tuple = shape.length === 1 ? `${String(shape[0])},` : shape.join(', ');
  const description = `{'descr': '<f4', 'fortran_order': False, 'shape': (${tuple}), }`;
  const prefix = 10;
  const length = Math.ceil((prefix + description.length + 1) / 64) * 64 - prefix;
  const text = `${description.padEnd(length - 1)}\n`;
  return Buffer.concat([
    Buffer.from('\x93NUMPY\x01\x00', 'latin1'),
    Uint8Array.of(length & 0xff, length >> 8),
    Buffer.from(text, 'latin1'),
  ]);
}

export interface RowRange {
  readonly from?: number;
  readonly to?: number;
}

/**
 * Gives the rows from `from` to before `to` (all) in order, a megabyte at once; `values` [count, columns] are valid until
 * `visit` has ended.
 * @throws UserError `run-invalid` when the file is missing or not of this size
 */
export async function forEachBlock(
  file: string,
  rows: number,
  columns: number,
  visit: (values: Float32Array, firstRow: number, count: number) => Promise<void> | void,
  { from = 0, to = rows }: RowRange = {},
): Promise<void> {
  const handle = await openMatrix(file, rows, columns);
  try {
    const blockRows = Math.max(1, Math.floor(bytesAtOnce / 4 / Math.max(1, columns)));
    const block = new Float32Array(columns * Math.min(to - from, blockRows));
    const bytes = new Uint8Array(block.buffer);
    let position = numpyHeader([rows, columns]).length + from * columns * 4;
    for (let row = from; row < to; row += blockRows) {
      const count = Math.min(blockRows, to - row);
      await readFully(handle, bytes.subarray(0, count * columns * 4), position);
      await visit(block.subarray(0, count * columns), row, count);
      position += count * columns * 4;
    }
  } finally {
    await handle.close();
  }
}

/** How many columns a file of so many rows has, by its size. @throws UserError `run-invalid` when it cannot have as many */
export async function columnsOf(file: string, rows: number): Promise<number> {
  const { size } = await stat(file).catch(() => ({ size: 0 }));
  const columns = columnsBySize(size, rows);
  if (columns !== undefined) return columns;
  throw new UserError(
    'run-invalid',
    l10n.t(
      '“{0}” is damaged: its size ({1} bytes) does not suit the number of images ({2}). Scan again.',
      file,
      size,
      rows,
    ),
  );
}

/** How many columns a file of this size and so many rows has; undefined when it cannot have as many. */
export function columnsBySize(size: number, rows: number): number | undefined {
  // Two numbers of any size leave the header as long as it is.
  const columns = (size - numpyHeader([rows, 1]).length) / 4 / Math.max(1, rows);
  return columns >= 0 && Number.isInteger(columns) ? columns : undefined;
}

/**
 * The first `width` numbers of the rows of these images, ascending: [indexes.length, width].
 * @throws UserError `run-invalid` when the file is missing or not of this size
 */
export async function readRows(
  file: string,
  rows: number,
  columns: number,
  indexes: Uint32Array,
  width: number,
): Promise<Float32Array> {
  const data = new Float32Array(indexes.length * width);
  let next = 0;
  await forEachBlock(file, rows, columns, (values, first, count) => {
    for (; (indexes[next] ?? Infinity) < first + count; next++) {
      const from = ((indexes[next] ?? 0) - first) * columns;
      data.set(values.subarray(from, from + width), next * width);
    }
  });
  return data;
}

async function openMatrix(file: string, rows: number, columns: number): Promise<FileHandle> {
  const expected = numpyHeader([rows, columns]).length + rows * columns * 4;
  const handle = await open(file, 'r').catch((error: unknown) => {
    throw new UserError(
      'run-invalid',
      l10n.t('“{0}” cannot be read ({1}). Scan again.', file, systemCode(error) ?? String(error)),
    );
  });
  const { size } = await handle.stat();
  if (size === expected) return handle;
  await handle.close();
  throw new UserError('run-invalid', l10n.t('“{0}” has {1} bytes instead of {2}. Scan again.', file, size, expected));
}

async function readFully(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesRead } = await handle.read(bytes, done, bytes.length - done, position + done);
    if (bytesRead === 0) throw new Error('the file of rows ends early');
    done += bytesRead;
  }
}
