import { fitMahalanobis } from '../mahalanobis';
import type { NetworkScore } from '../score';
import { distancesInSample, packMahalanobis } from '../mahalanobis-statistics';

/** How far the image's code lies from the crowd of codes. */
export const latentScore: NetworkScore = {
  name: 'latent',
  fit: async (sample, { multiplier }) => packMahalanobis(await fitMahalanobis(sample.latents, multiplier)),
  evaluate: ({ output, count, sampleRows }, statistics, { multiplier }) => {
    const latents = { rows: count, columns: output.latent.length / count, data: output.latent };
    return distancesInSample(latents, sampleRows, statistics, multiplier);
  },
};
