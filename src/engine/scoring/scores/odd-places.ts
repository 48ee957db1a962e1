import { replaceOwnDistances } from '../leave-one-out';
import { fitPlaces, packPlaces, placeDistances, type SampledMaps, unpackPlaces } from '../place-model';
import type { NetworkBatch, NetworkScore, TrainingSample } from '../score';

/**
 * How unusual the strangest places of a map are, each for where it stands.
 * @param sampled none where the network makes no such map
 * @param mapsOf [count, channels · height · width]
 */
export function oddPlaces(
  sampled: (sample: TrainingSample) => SampledMaps | undefined,
  mapsOf: (batch: NetworkBatch) => Float32Array | undefined,
): Required<Pick<NetworkScore, 'fit' | 'evaluate'>> {
  return {
    fit: (sample) => {
      const maps = sampled(sample);
      return Promise.resolve(maps ? packPlaces(fitPlaces(maps, sample.losses)) : new Map());
    },
    evaluate: (batch, statistics) => {
      const { model, leaveOneOut } = unpackPlaces(statistics);
      const distances = placeDistances(model, mapsOf(batch) ?? new Float32Array(), batch.count);
      return Promise.resolve(replaceOwnDistances(distances, leaveOneOut, batch.sampleRows));
    },
  };
}
