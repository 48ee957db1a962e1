import { randomStream } from '../../../shared/random';
import { median, quantile, robustZ } from '../../../shared/statistics';
import type { Matrix, NamedTensors } from '../../compute/backend';
import { describeColumns, standardise } from '../mahalanobis';
import { principalDirections } from '../principal-directions';
import type { NetworkScore, ScoringTools, TrainingSample } from '../score';
import { matrixNamed, matrixTensor, tensorNamed, vectorTensor } from '../statistics-tensors';
import { groupsAbout, type LinearGroup } from '../small-group';
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
/** Groups of half a percent are told from the crowd in more directions, by their neighbours. */
const fineDirections = 40;
const fewestForSmallGroup = 1000;
const easiestSeeds = 40;
const fewestMembers = 8;
/** The features tell it from the crowd more surely, so that the loss may say a little less. */
const smallEasyFrom = -1.4;
/** Larger ones may be a part of an easy kind that is usual. */
const largestSmallShare = 0.015;
/** About the easiest images of one kind it ends with groups up to 4.6 deviations away. */
const leastSmallSeparation = 4.7;

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
  const { features, losses } = sample;
  const { encoder } = features;
  const large = await pointsAlong(directionCount, encoder, losses, tools);
  if (large) {
    const groups = separateTwoGroups(large.points, startFromEasiest(losses));
    if (isEasyGroup(groups, large.points)) return withModel(large.statistics, groups);
  }
  const fine =
    losses.length < fewestForSmallGroup ? undefined : await pointsAlong(fineDirections, encoder, losses, tools);
  const small = fine && smallEasyGroup(fine.points, losses);
  return fine && small ? withModel(fine.statistics, small) : new Map([['weights', vectorTensor(new Float32Array())]]);
}

/** Undefined where there are too few images or features. */
async function pointsAlong(
  directions: number,
  features: Matrix,
  losses: Float32Array,
  tools: ScoringTools,
): Promise<{ statistics: NamedTensors; points: Float64Array[] } | undefined> {
  if (features.rows < fewestImages || features.columns <= directions) return undefined;
  const scaling = describeColumns(features);
  const standardised = standardise(features, scaling);
  const { basis, deviations } = await principalDirections(
    { columns: standardised.columns, forEach: (visit) => visit(standardised) },
    new Float32Array(standardised.columns),
    directions,
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
  return { statistics, points: await pointsOf(features, losses, statistics, tools) };
}

function withModel(statistics: NamedTensors, { weights, bias }: Pick<TwoGroups, 'weights' | 'bias'>): NamedTensors {
  return new Map([
    ...statistics,
    ['weights', vectorTensor(Float32Array.from(weights))],
    ['bias', vectorTensor(Float32Array.of(bias))],
  ]);
}

/** The group about one of the easiest images whose members are told most clearly from the crowd. */
function smallEasyGroup(points: readonly Float64Array[], losses: Float32Array): LinearGroup | undefined {
  const seeds = Array.from(losses, (_, row) => row)
    .sort((a, b) => (losses[a] ?? 0) - (losses[b] ?? 0))
    .slice(0, easiestSeeds);
  const groups = groupsAbout(points, seeds).filter(({ separation, membership }) => {
    const members = points.filter((_, row) => (membership[row] ?? 0) > 0.5);
    if (separation < leastSmallSeparation || members.length < fewestMembers) return false;
    return members.length <= largestSmallShare * points.length && median(members.map(easeOf)) <= smallEasyFrom;
  });
  return groups.sort((a, b) => doubtsAbout(a) - doubtsAbout(b))[0];
}

/** How many points lie between the group and the crowd, for each member. */
function doubtsAbout({ membership }: LinearGroup): number {
  const between = membership.filter((share) => share > 0.05 && share < 0.95).length;
  return between / Math.max(1, membership.filter((share) => share > 0.5).length);
}

/** The robust z of the plain loss, which every point ends with. */
function easeOf(point: Float64Array): number {
  return point.at(-1) ?? 0;
}

function isEasyGroup({ share, separation, membership }: TwoGroups, points: readonly Float64Array[]): boolean {
  const members = points.filter((_, row) => (membership[row] ?? 0) > 0.5);
  if (share > largestShare || separation < leastSeparation || members.length === 0) return false;
  return median(members.map(easeOf)) <= easyFrom;
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
