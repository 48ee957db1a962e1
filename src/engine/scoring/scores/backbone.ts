import { fitMahalanobis } from '../mahalanobis';
import { distancesInSample, packMahalanobis } from '../mahalanobis-statistics';
import type { NetworkScore } from '../score';

/** Nothing in its features was learned of this folder: more of what tells images apart lies across many of them. */
const shrinkage = 0.3;

/** How unusual the image is to a pretrained network that the user brought; absent without one. */
export const backboneScore: NetworkScore = {
  name: 'backbone',
  fit: async ({ backbone }, { multiplier }) =>
    backbone ? packMahalanobis(await fitMahalanobis(backbone, multiplier, shrinkage)) : new Map(),
  evaluate: ({ backbone, count, sampleRows }, statistics, { multiplier }) => {
    const data = backbone?.features ?? new Float32Array();
    const features = { rows: count, columns: data.length / count, data };
    return distancesInSample(features, sampleRows, statistics, multiplier);
  },
};
