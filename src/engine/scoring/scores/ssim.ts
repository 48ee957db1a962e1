import type { ImageShape, NetworkScore } from '../score';
import { tensorNamed, vectorTensor } from '../statistics-tensors';

const largestWindow = 7;
const c1 = 0.01 ** 2;
const c2 = 0.03 ** 2;

/**
 * How little the drawing has of the image's structure: 1 − SSIM (Wang, Bovik, Sheikh and Simoncelli 2004), the mean over
 * channels and all windows of 7×7 pixels, or the largest odd square that fits; every pixel of a window counts the same.
 */
export const ssimScore: NetworkScore = {
  name: 'ssim',
  fit: (_, { shape: [, height, width] }) => {
    const fitting = Math.min(largestWindow, height, width);
    return Promise.resolve(new Map([['window', vectorTensor(Float32Array.of(fitting - ((fitting + 1) % 2)))]]));
  },
  evaluate: ({ images, output: { reconstruction }, count }, statistics, { shape }) => {
    const [window = 1] = tensorNamed(statistics, 'window').data;
    const [channels, height, width] = shape;
    const plane = height * width;
    const sums = new WindowSums(shape, window);
    const result = new Float32Array(count);
    for (let image = 0; image < count; image++) {
      let total = 0;
      for (let channel = 0; channel < channels; channel++) {
        total += sums.dissimilarity(images, reconstruction, (image * channels + channel) * plane);
      }
      result[image] = total / channels;
    }
    return Promise.resolve(result);
  },
};

/** Sums over square windows that move by a pixel: what enters is added, what leaves is taken off. */
class WindowSums {
  private readonly columns: readonly [Float64Array, Float64Array, Float64Array, Float64Array];

  constructor(
    private readonly shape: ImageShape,
    private readonly side: number,
  ) {
    const width = shape[2];
    this.columns = [new Float64Array(width), new Float64Array(width), new Float64Array(width), new Float64Array(width)];
  }

  /** The mean of 1 − SSIM over the windows of one plane of both, which begins at `start`. */
  dissimilarity(a: Float32Array, b: Float32Array, start: number): number {
    const [, height, width] = this.shape;
    for (const column of this.columns) column.fill(0);
    let sum = 0;
    for (let y = 0; y < height; y++) {
      this.addRow(a, b, start + y * width, 1);
      if (y >= this.side) this.addRow(a, b, start + (y - this.side) * width, -1);
      if (y >= this.side - 1) sum += this.alongRow();
    }
    return sum / ((height - this.side + 1) * (width - this.side + 1));
  }

  private addRow(a: Float32Array, b: Float32Array, start: number, sign: number): void {
    const [ofA, ofB, products, squares] = this.columns;
    for (let x = 0; x < ofA.length; x++) {
      const one = a[start + x] ?? 0;
      const other = b[start + x] ?? 0;
      ofA[x] = (ofA[x] ?? 0) + sign * one;
      ofB[x] = (ofB[x] ?? 0) + sign * other;
      products[x] = (products[x] ?? 0) + sign * one * other;
      squares[x] = (squares[x] ?? 0) + sign * (one * one + other * other);
    }
  }

  /** The sum of 1 − SSIM over the windows that end in the last row. */
  private alongRow(): number {
    const [ofA, ofB, products, squares] = this.columns;
    const { side } = this;
    const pixels = side * side;
    let sumA = 0;
    let sumB = 0;
    let sumProducts = 0;
    let sumSquares = 0;
    let sum = 0;
    for (let x = 0; x < ofA.length; x++) {
      sumA += ofA[x] ?? 0;
      sumB += ofB[x] ?? 0;
      sumProducts += products[x] ?? 0;
      sumSquares += squares[x] ?? 0;
      const left = x - side;
      if (left >= 0) {
        sumA -= ofA[left] ?? 0;
        sumB -= ofB[left] ?? 0;
        sumProducts -= products[left] ?? 0;
        sumSquares -= squares[left] ?? 0;
      }
      if (left < -1) continue;
      const meanA = sumA / pixels;
      const meanB = sumB / pixels;
      const both = meanA * meanA + meanB * meanB;
      const together = sumProducts / pixels - meanA * meanB;
      const spread = sumSquares / pixels - both;
      sum += 1 - ((2 * meanA * meanB + c1) * (2 * together + c2)) / ((both + c1) * (spread + c2));
    }
    return sum;
  }
}
