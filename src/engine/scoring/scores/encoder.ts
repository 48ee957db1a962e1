import { UserError } from '../../../shared/errors';
import { fitMahalanobis } from '../mahalanobis';
import type { NetworkScore } from '../score';
import { distancesInSample, packMahalanobis } from '../mahalanobis-statistics';

/**
 * How unusual the encoder's own activations are: mean, standard deviation and 2×2 means of every stage, by Mahalanobis
 * distance. The network that was trained to draw the images knows more of them than its drawing error says.
 */
export const encoderScore: NetworkScore = {
  name: 'encoder',
  fit: async (sample, { multiplier }) => packMahalanobis(await fitMahalanobis(sample.encoderFeatures, multiplier)),
  evaluate: ({ output, count, sampleRows }, statistics, { multiplier }) => {
    const data = output.encoderFeatures;
    if (!data) throw new UserError('internal', 'The encoder score was asked for without the encoder features.');
    const features = { rows: count, columns: data.length / count, data };
    return distancesInSample(features, sampleRows, statistics, multiplier);
  },
};
