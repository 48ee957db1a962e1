import type { NetworkScore } from '../score';
import { tensorNamed, vectorTensor } from '../statistics-tensors';

/** The squared error divided by what is usual at that pixel in this folder, averaged: a hard area counts less. */
export const normalisedScore: NetworkScore = {
  name: 'normalised',
  fit: (sample) => Promise.resolve(new Map([['pixel-variance', vectorTensor(sample.pixelVariance)]])),
  evaluate: ({ squaredErrors, count }, statistics) =>
    Promise.resolve(meanOfRatios(squaredErrors, tensorNamed(statistics, 'pixel-variance').data, count)),
};

/** @param squares [count, values]; resolves to the means over values of squares / variance, [count] */
function meanOfRatios(squares: Float32Array, variance: Float32Array, count: number): Float32Array {
  const values = variance.length;
  const result = new Float32Array(count);
  for (let image = 0; image < count; image++) {
    let sum = 0;
    for (let place = 0; place < values; place++) sum += (squares[image * values + place] ?? 0) / (variance[place] ?? 1);
    result[image] = sum / values;
  }
  return result;
}
