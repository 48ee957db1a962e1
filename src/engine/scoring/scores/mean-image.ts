import type { NetworkScore } from '../score';
import { tensorNamed, vectorTensor } from '../statistics-tensors';

/**
 * How far the image lies from the mean image of those trained on: the squared difference of each value, divided by its
 * variance, averaged. It asks nothing of the network, and stands beside the others to be compared with.
 */
export const meanImageScore: NetworkScore = {
  name: 'mean-image',
  fit: ({ pixels: { mean, variance } }) =>
    Promise.resolve(
      new Map([
        ['mean', vectorTensor(mean)],
        ['variance', vectorTensor(variance)],
      ]),
    ),
  evaluate: ({ images, count }, statistics) => {
    const mean = tensorNamed(statistics, 'mean').data;
    const variance = tensorNamed(statistics, 'variance').data;
    const values = mean.length;
    const result = new Float32Array(count);
    for (let image = 0; image < count; image++) {
      let sum = 0;
      for (let place = 0; place < values; place++) {
        sum += ((images[image * values + place] ?? 0) - (mean[place] ?? 0)) ** 2 / (variance[place] ?? 1);
      }
      result[image] = sum / values;
    }
    return Promise.resolve(result);
  },
};
