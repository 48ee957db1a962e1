import { fitMahalanobis } from '../mahalanobis';
import { distancesInSample, packMahalanobis } from '../mahalanobis-statistics';
import type { NetworkScore } from '../score';

/** How unusual the image is to a pretrained network that the user brought; absent without one. */
export const backboneScore: NetworkScore = {
  name: 'backbone',
  fit: async ({ backbone }, { multiplier }) =>
    backbone ? packMahalanobis(await fitMahalanobis(backbone, multiplier)) : new Map(),
  evaluate: ({ backbone: data = new Float32Array(), count, sampleRows }, statistics, { multiplier }) => {
    const features = { rows: count, columns: data.length / count, data };
    return distancesInSample(features, sampleRows, statistics, multiplier);
  },
};
