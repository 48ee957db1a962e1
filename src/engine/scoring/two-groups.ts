/** Two groups of points as Gaussians with one covariance, by expectation–maximisation: a crowd and a small group. */
import { Matrix as DenseMatrix, solve } from 'ml-matrix';

export interface TwoGroups {
  /** Share of the points in the small group. */
  readonly share: number;
  /** Probability of each point to be in it. */
  readonly membership: Float64Array;
  /** Mahalanobis distance between the groups' means. */
  readonly separation: number;
  /** Log-odds of a point x to be in it: weights · x + bias. */
  readonly weights: Float64Array;
  readonly bias: number;
}

const mostIterations = 30;
const settled = 1e-3;
const shrinkage = 0.05;

/**
 * @param points [count][dimensions]
 * @param start membership to begin with, in (0, 1)
 */
export function separateTwoGroups(points: readonly Float64Array[], start: Float64Array): TwoGroups {
  let membership = start;
  let model = discriminant(points, membership);
  for (let iteration = 0; iteration < mostIterations; iteration++) {
    const next = Float64Array.from(points, (point) => 1 / (1 + Math.exp(-logOdds(model, point))));
    const change = next.reduce((most, value, place) => Math.max(most, Math.abs(value - (membership[place] ?? 0))), 0);
    membership = next;
    if (change < settled) break;
    model = discriminant(points, membership);
  }
  return { ...model, membership };
}

export function logOdds({ weights, bias }: Pick<TwoGroups, 'weights' | 'bias'>, point: ArrayLike<number>): number {
  let sum = bias;
  for (let place = 0; place < weights.length; place++) sum += (weights[place] ?? 0) * (point[place] ?? 0);
  return Math.max(-30, Math.min(30, sum));
}

function discriminant(points: readonly Float64Array[], membership: Float64Array): Omit<TwoGroups, 'membership'> {
  const size = points[0]?.length ?? 0;
  const small = weightedMean(points, membership);
  const crowd = weightedMean(
    points,
    membership.map((value) => 1 - value),
  );
  const share = membership.reduce((sum, value) => sum + value, 0) / points.length;
  const covariance = pooledCovariance(points, membership, small, crowd);
  const difference = small.map((value, place) => value - (crowd[place] ?? 0));
  const weights = Float64Array.from(solve(covariance, DenseMatrix.columnVector([...difference])).to1DArray());
  const separation = Math.sqrt(
    Math.max(
      0,
      weights.reduce((sum, weight, place) => sum + weight * (difference[place] ?? 0), 0),
    ),
  );
  let bias = Math.log(Math.max(share, 1e-4) / (1 - Math.min(share, 0.999)));
  for (let place = 0; place < size; place++) {
    bias -= 0.5 * (weights[place] ?? 0) * ((small[place] ?? 0) + (crowd[place] ?? 0));
  }
  return { share, separation, weights, bias };
}

function weightedMean(points: readonly Float64Array[], weights: Float64Array): Float64Array {
  const mean = new Float64Array(points[0]?.length ?? 0);
  let total = 0;
  points.forEach((point, row) => {
    const weight = weights[row] ?? 0;
    total += weight;
    for (let place = 0; place < mean.length; place++) mean[place] = (mean[place] ?? 0) + weight * (point[place] ?? 0);
  });
  return mean.map((sum) => sum / Math.max(total, 1e-9));
}

function pooledCovariance(
  points: readonly Float64Array[],
  membership: Float64Array,
  small: Float64Array,
  crowd: Float64Array,
): DenseMatrix {
  const size = small.length;
  const sums = new Float64Array(size * size);
  const add = (point: Float64Array, mean: Float64Array, weight: number): void => {
    for (let row = 0; row < size; row++) {
      const part = weight * ((point[row] ?? 0) - (mean[row] ?? 0));
      for (let column = 0; column <= row; column++) {
        const place = row * size + column;
        sums[place] = (sums[place] ?? 0) + part * ((point[column] ?? 0) - (mean[column] ?? 0));
      }
    }
  };
  points.forEach((point, row) => {
    const weight = membership[row] ?? 0;
    add(point, small, weight);
    add(point, crowd, 1 - weight);
  });
  const covariance = DenseMatrix.zeros(size, size);
  let trace = 0;
  for (let row = 0; row < size; row++) trace += (sums[row * size + row] ?? 0) / points.length;
  for (let row = 0; row < size; row++) {
    for (let column = 0; column <= row; column++) {
      const value = ((1 - shrinkage) * (sums[row * size + column] ?? 0)) / points.length;
      covariance.set(row, column, value);
      covariance.set(column, row, value);
    }
    covariance.set(row, row, covariance.get(row, row) + (shrinkage * trace) / size + 1e-9);
  }
  return covariance;
}
