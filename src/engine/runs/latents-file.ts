/** The codes of all scored images as a NumPy array: float32 [images, latent] in data-set order, NaN where unreadable. */
import { open, type FileHandle } from 'node:fs/promises';
import { UserError } from '../../shared/errors';
import { systemCode, writeGradually } from './atomic';

const rowsAtOnce = 4096;
const bytesAtOnce = 2 ** 20;

/** Takes the codes [indexes.length, latent] of these images. Indexes only rise, from one call to the next as well. */
export type PutCodes = (indexes: Uint32Array, codes: Float32Array) => Promise<void>;

/** Writes what `fill` puts; memory does not grow with the rows. The file is there, whole, once `fill` has resolved. */
export function writeLatents<T>(
  file: string,
  rows: number,
  latent: number,
  fill: (put: PutCodes) => Promise<T>,
): Promise<T> {
  return writeGradually(file, async (handle) => {
    let next = 0;
    await handle.write(numpyHeader([rows, latent]));
    const skipTo = async (row: number) => {
      while (next < row) {
        const count = Math.min(rowsAtOnce, row - next);
        await writeFloats(handle, new Float32Array(count * latent).fill(NaN));
        next += count;
      }
    };
    const result = await fill(async (indexes, codes) => {
      for (let start = 0; start < indexes.length;) {
        const first = indexes[start] ?? 0;
        let end = start + 1;
        while (end < indexes.length && indexes[end] === first + end - start) end++;
        if (first < next) throw new Error('Codes must come in the order of the images.');
        await skipTo(first);
        await writeFloats(handle, codes.subarray(start * latent, end * latent));
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

export interface LatentRange {
  readonly lowest: Float32Array;
  readonly highest: Float32Array;
}

/**
 * The lowest and highest of every element over the images that have a code; both 0 when none has.
 * @throws UserError `run-invalid` when the file is missing or not of this size
 */
export async function readLatentRange(file: string, rows: number, latent: number): Promise<LatentRange> {
  const handle = await openLatents(file, rows, latent);
  try {
    const lowest = new Float32Array(latent).fill(Infinity);
    const highest = new Float32Array(latent).fill(-Infinity);
    const block = new Float32Array(latent * Math.max(1, Math.floor(bytesAtOnce / 4 / latent)));
    const bytes = new Uint8Array(block.buffer);
    let position = numpyHeader([rows, latent]).length;
    for (let left = rows * latent; left > 0;) {
      const values = Math.min(left, block.length);
      await readFully(handle, bytes.subarray(0, values * 4), position);
      for (let place = 0; place < values; place++) {
        const value = block[place] ?? NaN;
        const element = place % latent;
        if (value < (lowest[element] ?? 0)) lowest[element] = value;
        if (value > (highest[element] ?? 0)) highest[element] = value;
      }
      position += values * 4;
      left -= values;
    }
    return { lowest: lowest.map(orZero), highest: highest.map(orZero) };
  } finally {
    await handle.close();
  }
}

const orZero = (value: number) => (Number.isFinite(value) ? value : 0);

async function openLatents(file: string, rows: number, latent: number): Promise<FileHandle> {
  const expected = numpyHeader([rows, latent]).length + rows * latent * 4;
  const handle = await open(file, 'r').catch((error: unknown) => {
    throw new UserError('run-invalid', `“${file}” cannot be read (${systemCode(error) ?? String(error)}). Scan again.`);
  });
  const { size } = await handle.stat();
  if (size === expected) return handle;
  await handle.close();
  throw new UserError('run-invalid', `“${file}” has ${size} bytes instead of ${expected}. Scan again.`);
}

async function readFully(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesRead } = await handle.read(bytes, done, bytes.length - done, position + done);
    if (bytesRead === 0) throw new Error('the file of codes ends early');
    done += bytesRead;
  }
}
