import { fitMahalanobis, mahalanobisDistances } from '../mahalanobis';
import type { NetworkScore } from '../score';
import { packMahalanobis, unpackMahalanobis } from '../statistics-tensors';

/** How far the image's code lies from the crowd of codes. */
export const latentScore: NetworkScore = {
  name: 'latent',
  fit: async (sample, { multiplier }) => packMahalanobis(await fitMahalanobis(sample.latents, multiplier)),
  evaluate: ({ output, count }, statistics, { multiplier }) => {
    const columns = output.latent.length / count;
    return mahalanobisDistances(
      unpackMahalanobis(statistics),
      { rows: count, columns, data: output.latent },
      multiplier,
    );
  },
};
