import type { NetworkScore } from '../score';
import { oddPlaces } from './odd-places';

/** How unusual the strangest places are to a pretrained network that the user brought, each for where it stands. */
export const backbonePatchScore: NetworkScore = {
  name: 'backbone-patch',
  ...oddPlaces(
    ({ backboneMaps }) => backboneMaps,
    ({ backbone }) => backbone?.map,
  ),
};
