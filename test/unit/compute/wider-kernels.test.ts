/** Kernels that do with fewer operations what was asked for, against the plain sums along one axis and both. */
import { describe, expect, it } from 'vitest';
import { enlargingKernel, squareKernel, type WiderKernel } from '../../../src/engine/compute/network/wider-kernels';

type Image = readonly (readonly number[])[];

const side = 4;
const image: Image = Array.from({ length: side }, (_, row) =>
  Array.from({ length: side }, (_pixel, column) => ((row * 7 + column * 3) % 11) - 4),
);

describe('a wider kernel', () => {
  it.each([
    [3, 2],
    [5, 2],
    [3, 3],
    [1, 2],
  ])('draws what an enlargement and the convolution behind it draw (%i taps a side, ×%i)', (kernel, factor) => {
    const taps = tapsOf(kernel);
    const enlarged = Array.from({ length: side * factor }, (_, row) =>
      Array.from({ length: side * factor }, (_pixel, column) =>
        at(image, Math.floor(row / factor), Math.floor(column / factor)),
      ),
    );
    expect(transposed(image, widened(enlargingKernel(kernel, factor), taps), factor)).toEqual(
      convolved(enlarged, taps),
    );
  });

  it.each([
    [3, 2],
    [3, 4],
    [5, 2],
  ])('makes squares of pixels at once (%i taps a side, squares of %i)', (kernel, square) => {
    const taps = tapsOf(kernel);
    const wider = squareKernel(kernel, square);
    const wide = widened(wider, taps);
    const expected = convolved(image, taps);
    for (const [row, pixels] of expected.entries()) {
      for (const [column, value] of pixels.entries()) {
        const pixel = (row % square) * square + (column % square);
        let sum = 0;
        for (let tap = 0; tap < wider.size ** 2; tap++) {
          const down = row - (row % square) + Math.floor(tap / wider.size) - (kernel - 1) / 2;
          const right = column - (column % square) + (tap % wider.size) - (kernel - 1) / 2;
          sum += at(image, down, right) * (wide[tap * wider.pixels + pixel] ?? 0);
        }
        expect(sum).toBe(value);
      }
    }
  });
});

const tapsOf = (kernel: number) => Array.from({ length: kernel * kernel }, (_, tap) => ((tap * 5) % 7) - 2);

const at = (from: Image, row: number, column: number) => from[row]?.[column] ?? 0;

function widened({ matrix }: WiderKernel, taps: readonly number[]): number[] {
  const rows = matrix.length / taps.length;
  return Array.from({ length: rows }, (_, row) =>
    taps.reduce((sum, tap, place) => sum + tap * (matrix[row * taps.length + place] ?? 0), 0),
  );
}

/** With as many zeros around that the size stays. */
function convolved(from: Image, taps: readonly number[]): number[][] {
  const kernel = Math.sqrt(taps.length);
  return from.map((pixels, row) =>
    pixels.map((_, column) =>
      taps.reduce((sum, tap, place) => {
        const down = row + Math.floor(place / kernel) - (kernel - 1) / 2;
        const right = column + (place % kernel) - (kernel - 1) / 2;
        return sum + tap * at(from, down, right);
      }, 0),
    ),
  );
}

/** The border, half of what the taps reach beyond the stride, is cut off. */
function transposed(from: Image, taps: readonly number[], stride: number): number[][] {
  const kernel = Math.sqrt(taps.length);
  const cut = (kernel - stride) / 2;
  const size = from.length * stride;
  const result = Array.from({ length: size }, () => Array.from({ length: size }, () => 0));
  for (const [row, pixels] of from.entries()) {
    for (const [column, value] of pixels.entries()) {
      for (const [place, tap] of taps.entries()) {
        const down = row * stride + Math.floor(place / kernel) - cut;
        const line = result[down];
        const right = column * stride + (place % kernel) - cut;
        if (line?.[right] !== undefined) line[right] += value * tap;
      }
    }
  }
  return result;
}
