import { randomStream } from '../../../shared/random';
import { median, quantile, robustZ } from '../../../shared/statistics';
import type { Matrix, NamedTensors } from '../../compute/backend';
import { describeColumns, standardise } from '../mahalanobis';
import { principalDirections } from '../principal-directions';
import type { NetworkScore, ScoringTools, TrainingSample } from '../score';
import { matrixNamed, matrixTensor, tensorNamed, vectorTensor } from '../statistics-tensors';
import { logOdds, separateTwoGroups, type TwoGroups } from '../two-groups';

const directionCount = 20;
/** Fewer images do not tell a group from a tail. */
const fewestImages = 200;
const limit = 6;
/** It begins with fewer than a small group has: from a core it grows, but a share that is mostly crowd stays crowd. */
const startShare = 0.005;
const fewestToStart = 10;
const largestShare = 0.05;
/** The group must be drawn clearly better than the crowd: robust z of the plain loss. */
const easyFrom = -1.5;
/**
 * In a crowd that is one Gaussian the procedure still ends with some group, whose mean is up to 3.8 deviations away; small
 * groups of another digit are 5 or more away.
 */
const leastSeparation = 4.5;

/**
 * Images that are simpler than the others are drawn too well to be found by any error. The rule looks for a small group
 * of such images that also look alike to the encoder; 0–4, and 0 for all when there is no such group.
 */
export const tooEasyScore: NetworkScore = {
  name: 'too-easy',
  fit: async (sample, tools) => fit(sample, tools),
  evaluate: async ({ output, losses, count }, statistics, tools) => {
    const easy = new Float32Array(count);
    const weights = tensorNamed(statistics, 'weights').data;
    if (weights.length === 0 || !output.features?.encoder) return easy;
    const model = { weights: Float64Array.from(weights), bias: tensorNamed(statistics, 'bias').data[0] ?? 0 };
    const features = { rows: count, columns: output.features.encoder.length / count, data: output.features.encoder };
    const points = await pointsOf(features, losses, statistics, tools);
    return easy.map((_, image) => Math.min(4, Math.max(0, (logOdds(model, points[image] ?? []) + 6) / 3)));
  },
};

async function fit(sample: TrainingSample, tools: ScoringTools): Promise<NamedTensors> {
  const nothing: NamedTensors = new Map([['weights', vectorTensor(new Float32Array())]]);
  const { features, losses } = sample;
  const encoderFeatures = features.encoder;
  if (encoderFeatures.rows < fewestImages || encoderFeatures.columns <= directionCount) return nothing;
  const scaling = describeColumns(encoderFeatures);
  const standardised = standardise(encoderFeatures, scaling);
  const { basis, deviations } = await principalDirections(
    { columns: standardised.columns, forEach: (visit) => visit(standardised) },
    new Float32Array(standardised.columns),
    directionCount,
    tools.multiplier,
    randomStream(0, 'too easy'),
  );
  const { calibration } = robustZ(losses);
  const statistics: NamedTensors = new Map([
    ['mean', vectorTensor(scaling.mean)],
    ['inverse-deviation', vectorTensor(scaling.inverseDeviation)],
    ['basis', matrixTensor(scaledColumns(basis, deviations))],
    ['calibration', vectorTensor(Float32Array.of(calibration.logMedian, calibration.logScale))],
  ]);
  const points = await pointsOf(encoderFeatures, losses, statistics, tools);
  const groups = separateTwoGroups(points, startFromEasiest(losses));
  if (!isEasyGroup(groups, points)) return nothing;
  return new Map([
    ...statistics,
    ['weights', vectorTensor(Float32Array.from(groups.weights))],
    ['bias', vectorTensor(Float32Array.of(groups.bias))],
  ]);
}

function isEasyGroup({ share, separation, membership }: TwoGroups, points: readonly Float64Array[]): boolean {
  const members = points.filter((_, row) => (membership[row] ?? 0) > 0.5);
  if (share > largestShare || separation < leastSeparation || members.length === 0) return false;
  return median(members.map((point) => point.at(-1) ?? 0)) <= easyFrom;
}

function startFromEasiest(losses: Float32Array): Float64Array {
  const easiest = quantile(losses, Math.max(startShare, fewestToStart / losses.length));
  return Float64Array.from(losses, (loss) => (loss <= easiest ? 0.92 : 0.02));
}

/** Each image's place along the leading directions of the features, in standard deviations, and its z of the loss. */
async function pointsOf(
  features: Matrix,
  losses: Float32Array,
  statistics: NamedTensors,
  { multiplier }: ScoringTools,
): Promise<Float64Array[]> {
  const scaling = {
    mean: tensorNamed(statistics, 'mean').data,
    inverseDeviation: tensorNamed(statistics, 'inverse-deviation').data,
  };
  const [logMedian = 0, logScale = 1] = tensorNamed(statistics, 'calibration').data;
  const { data, columns } = await multiplier.multiply(standardise(features, scaling), matrixNamed(statistics, 'basis'));
  const { z } = robustZ(losses, { logMedian, logScale });
  return Array.from(losses, (_, row) =>
    Float64Array.from([...data.subarray(row * columns, (row + 1) * columns), z[row] ?? 0], (value) =>
      Math.min(limit, Math.max(-limit, value)),
    ),
  );
}

function scaledColumns(basis: Matrix, deviations: Float32Array): Matrix {
  const data = basis.data.map((value, place) => value / Math.max(deviations[place % basis.columns] ?? 1, 1e-6));
  return { ...basis, data };
}
