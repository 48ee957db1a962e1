/** Arrays in Fortran order hold the first pixel of all images, then the second: images must be gathered first. */
import { open, rename, rm } from 'node:fs/promises';
import type { ArrayHeader } from './array-header';

/** What the gathering may hold in memory at once. */
const budgetBytes = 64 * 2 ** 20;

/**
 * Writes the elements of an array in Fortran order (at `offset` of `from`) to the file `to` in C order, without a
 * header, a group of images at a time. The file appears whole or not at all.
 */
export async function rewriteInRowOrder(
  from: string,
  offset: number,
  { shape, bytesPerElement }: Pick<ArrayHeader, 'shape' | 'bytesPerElement'>,
  to: string,
  signal: AbortSignal,
): Promise<void> {
  const [count = 0, ...image] = shape;
  const elements = image.reduce((product, axis) => product * axis, 1);
  const targets = placesInRow(image);
  const groupSize = Math.max(1, Math.min(count, Math.floor(budgetBytes / (elements * bytesPerElement))));
  const partial = `${to}.${process.pid}.partial`;
  const source = await open(from, 'r');
  try {
    const target = await open(partial, 'w');
    try {
      const column = Buffer.allocUnsafe(groupSize * bytesPerElement);
      const rows = Buffer.allocUnsafe(groupSize * elements * bytesPerElement);
      for (let first = 0; first < count; first += groupSize) {
        const images = Math.min(groupSize, count - first);
        for (let element = 0; element < elements; element++) {
          signal.throwIfAborted();
          const position = offset + (element * count + first) * bytesPerElement;
          const { bytesRead } = await source.read(column, 0, images * bytesPerElement, position);
          if (bytesRead < images * bytesPerElement) throw new Error('the array ends early');
          scatter(
            column,
            rows,
            images,
            (targets[element] ?? 0) * bytesPerElement,
            elements * bytesPerElement,
            bytesPerElement,
          );
        }
        await target.writeFile(rows.subarray(0, images * elements * bytesPerElement));
      }
    } finally {
      await target.close();
    }
    await rename(partial, to);
  } finally {
    await source.close();
    await rm(partial, { force: true });
  }
}

/** Copies one element of each image to its place in that image's row. All lengths in bytes. */
function scatter(column: Buffer, rows: Buffer, images: number, place: number, stride: number, size: number): void {
  for (let i = 0; i < images; i++) {
    for (let byte = 0; byte < size; byte++) rows[i * stride + place + byte] = column[i * size + byte] ?? 0;
  }
}

/** For each element of an image in Fortran order (first axis fastest), its place in C order (last axis fastest). */
function placesInRow(image: readonly number[]): Uint32Array {
  const strides = image.map((_, axis) => image.slice(axis + 1).reduce((product, size) => product * size, 1));
  const places = new Uint32Array(image.reduce((product, size) => product * size, 1));
  for (let element = 0; element < places.length; element++) {
    let rest = element;
    let place = 0;
    image.forEach((size, axis) => {
      place += (rest % size) * (strides[axis] ?? 1);
      rest = Math.floor(rest / size);
    });
    places[element] = place;
  }
  return places;
}
