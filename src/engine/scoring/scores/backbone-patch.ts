import { replaceOwnDistances } from '../leave-one-out';
import { fitPlaces, packPlaces, placeDistances, unpackPlaces } from '../place-model';
import type { NetworkScore } from '../score';

/** How unusual the strangest places are to a pretrained network that the user brought, each for where it stands. */
export const backbonePatchScore: NetworkScore = {
  name: 'backbone-patch',
  fit: ({ backboneMaps, losses }) =>
    Promise.resolve(backboneMaps ? packPlaces(fitPlaces(backboneMaps, losses)) : new Map()),
  evaluate: ({ backbone, count, sampleRows }, statistics) => {
    const { model, leaveOneOut } = unpackPlaces(statistics);
    const distances = placeDistances(model, backbone?.map ?? new Float32Array(), count);
    return Promise.resolve(replaceOwnDistances(distances, leaveOneOut, sampleRows));
  },
};
