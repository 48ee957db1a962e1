import type { NetworkScore } from '../score';

/** Plain reconstruction loss: the mean squared error over all values of the image. */
export const reconstructionScore: NetworkScore = {
  name: 'reconstruction',
  evaluate: (batch) => Promise.resolve(batch.losses.slice()),
};
