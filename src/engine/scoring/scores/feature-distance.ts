import type { FeatureName } from '../../compute/backend';
import { fitMahalanobis } from '../mahalanobis';
import { distancesInSample, packMahalanobis } from '../mahalanobis-statistics';
import type { NetworkScore } from '../score';

/**
 * How far what the network's inside looks like lies from the crowd: the Mahalanobis distance of one kind of feature.
 * @param shrinkage as of {@link fitMahalanobis}; absent: its own
 */
export function featureDistance(name: string, kind: FeatureName, shrinkage?: number): NetworkScore {
  return {
    name,
    fit: async ({ features, losses }, { multiplier, oddShare: share }) =>
      features[kind].columns === 0
        ? new Map()
        : packMahalanobis(
            await fitMahalanobis(
              features[kind],
              multiplier,
              shrinkage,
              share === undefined ? undefined : { share, losses },
            ),
          ),
    evaluate: ({ output, count, sampleRows }, statistics, { multiplier }) => {
      const data = output.features?.[kind] ?? new Float32Array();
      const features = { rows: count, columns: data.length / count, data };
      return distancesInSample(features, sampleRows, statistics, multiplier);
    },
  };
}
