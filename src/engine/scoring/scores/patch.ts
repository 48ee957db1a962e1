import { replaceOwnDistances } from '../leave-one-out';
import type { NetworkScore } from '../score';
import { fitPlaces, packPlaces, placeDistances, unpackPlaces } from '../place-model';

/**
 * How unusually the strangest places are redrawn: one of the encoder's maps for the image less the same map for the
 * reconstruction; at each place the distance from what the usual images show at that very place (a Gaussian for each,
 * after Defard et al. 2020), averaged over the top 2 % of places, at least five.
 */
export const patchScore: NetworkScore = {
  name: 'patch',
  // Runs of before keep statistics of the map itself under the score's name.
  group: 'patch-difference',
  fit: ({ features, stageRows, stageShape, losses }) => {
    const maps = stageShape && { maps: features.stage, rows: stageRows, shape: stageShape };
    return Promise.resolve(maps ? packPlaces(fitPlaces(maps, losses)) : new Map());
  },
  evaluate: ({ output, count, sampleRows }, statistics) => {
    const { model, leaveOneOut } = unpackPlaces(statistics);
    const distances = placeDistances(model, output.features?.stage ?? new Float32Array(), count);
    return Promise.resolve(replaceOwnDistances(distances, leaveOneOut, sampleRows));
  },
};
