import type { NetworkScore } from '../score';
import { oddPlaces } from './odd-places';

/**
 * How unusually the strangest places are redrawn: one of the encoder's maps for the image less the same map for the
 * reconstruction; at each place the distance from what the usual images show at that very place (a Gaussian for each,
 * after Defard et al. 2020), averaged over the top 2 % of places, at least five.
 */
export const patchScore: NetworkScore = {
  name: 'patch',
  // Runs of before keep statistics of the map itself under the score's name.
  group: 'patch-difference',
  ...oddPlaces(
    ({ features, stageRows, stageShape }) => stageShape && { maps: features.stage, rows: stageRows, shape: stageShape },
    ({ output }) => output.features?.stage,
  ),
};
