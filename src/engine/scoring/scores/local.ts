import type { ImageShape, NetworkScore } from '../score';
import { tensorNamed, vectorTensor } from '../statistics-tensors';

/** The largest normalised error of any small area, for defects that an average over the image would drown. */
export const localScore: NetworkScore = {
  name: 'local',
  fit: (sample) => Promise.resolve(new Map([['pixel-variance', vectorTensor(sample.pixelVariance)]])),
  evaluate: ({ squaredErrors, count }, statistics, { shape }) => {
    const variance = tensorNamed(statistics, 'pixel-variance').data;
    const result = new Float32Array(count);
    for (let image = 0; image < count; image++) {
      const errors = squaredErrors.subarray(image * variance.length, (image + 1) * variance.length);
      result[image] = largestLocalMean(normalisedMap(errors, variance, shape), shape);
    }
    return Promise.resolve(result);
  },
};

/** Mean over channels of error / variance: [height, width]. */
function normalisedMap(
  errors: Float32Array,
  variance: Float32Array,
  [channels, height, width]: ImageShape,
): Float64Array {
  const area = height * width;
  const map = new Float64Array(area);
  for (let place = 0; place < channels * area; place++) {
    const pixel = place % area;
    map[pixel] = (map[pixel] ?? 0) + (errors[place] ?? 0) / (variance[place] ?? 1) / channels;
  }
  return map;
}

/** The largest mean over squares of about an eighth of the height, zero outside the image. */
function largestLocalMean(map: Float64Array, [, height, width]: ImageShape): number {
  const side = Math.max(3, Math.floor(height / 8)) | 1;
  const reach = (side - 1) / 2;
  const rowLength = width + 1;
  const sums = new Float64Array((height + 1) * rowLength); // sums[y, x]: all pixels above y and left of x
  for (let y = 0; y < height; y++) {
    let row = 0;
    for (let x = 0; x < width; x++) {
      row += map[y * width + x] ?? 0;
      sums[(y + 1) * rowLength + x + 1] = (sums[y * rowLength + x + 1] ?? 0) + row;
    }
  }
  const at = (y: number, x: number) => sums[y * rowLength + x] ?? 0;
  let largest = 0;
  for (let y = 0; y < height; y++) {
    const top = Math.max(0, y - reach);
    const bottom = Math.min(height, y + reach + 1);
    for (let x = 0; x < width; x++) {
      const left = Math.max(0, x - reach);
      const right = Math.min(width, x + reach + 1);
      largest = Math.max(largest, at(bottom, right) - at(top, right) - at(bottom, left) + at(top, left));
    }
  }
  return largest / (side * side);
}
