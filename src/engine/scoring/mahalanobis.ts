/**
 * Distance from the crowd in a space of features: Mahalanobis with every feature standardised, a shrunk correlation
 * matrix, and a second fit without the farthest 5 %, so that the odd ones do not widen what counts as usual. Farthest is
 * told by the first fit, and by the features alone where these tell clearly, since a few odd ones that are alike hide
 * each other from the first fit, most of all where there are fewer images than features. An image that took part in the
 * fit is measured as if it had not: otherwise, in a small folder, the 5 % would look strange for no other reason than
 * having been left out.
 */
import { median, quantile, robustDeviation } from '../../shared/statistics';
import type { Matrix, MatrixMultiplier } from '../compute/backend';
import { withoutItself } from './leave-one-out';
import { whitening } from './linear-algebra';

export interface MahalanobisModel {
  /** [features] */
  readonly mean: Float32Array;
  /** [features]: 1 / standard deviation */
  readonly inverseDeviation: Float32Array;
  /** [features, directions] */
  readonly projection: Matrix;
  /**
   * 0: the squared length of a standardised row times `projection` is its distance. Otherwise, fitted on fewer images
   * than features: (squared length of the row − squared length of the product) / ridge.
   */
  readonly ridge: number;
}

export interface FittedMahalanobis {
  readonly model: MahalanobisModel;
  /**
   * The distance of each row of the sample as if it had not taken part in the fit; NaN for the farthest, which did not: at
   * most one in ten, or the share that {@link ManyOdd} says.
   */
  readonly leaveOneOut: Float32Array;
}

/** Where more of the images may be odd than the usual fit expects. */
export interface ManyOdd {
  /** How many of the images take no part in the fit, as a share. */
  readonly share: number;
  /** Of each row of the sample: those with the lowest are the first that take part. */
  readonly losses: Float32Array;
}

/** How far the correlations are drawn towards none, where nothing else is known of the features. */
const usualShrinkage = 0.05;
const keptShare = 0.95;
/**
 * Beyond so many deviations above the median an image stands apart by its features alone. With 8 the farther ones of the
 * usual images were left out as well (average precision on corrupted fruit .84 instead of .88, with 16 .87).
 */
const farDeviations = 16;
/** Features that hardly move must not blow up when they do. */
const smallestDeviation = 1e-3;
const rowsPerBlock = 1024;
/** After which the images that take part hardly change any more. */
const concentrations = 3;

/**
 * @param features [images, features]
 * @param manyOdd absent: at most 5 % are odd
 * @param shrinkage in (0, 1): near 0 the rarest combinations of features count most, near 1 each feature by itself
 */
export async function fitMahalanobis(
  features: Matrix,
  multiplier: MatrixMultiplier,
  shrinkage = usualShrinkage,
  manyOdd?: ManyOdd,
): Promise<FittedMahalanobis> {
  if (manyOdd) return fitWithoutMany(features, multiplier, shrinkage, manyOdd);
  const first = await fitOnce(features, multiplier, shrinkage);
  const byFeatures = lengths(features, first.model);
  const [nearLimit, alikeLimit] = [quantile(first.leaveOneOut, keptShare), outlierLimit(byFeatures)];
  const isKept = (row: number) =>
    (first.leaveOneOut[row] ?? Infinity) <= nearLimit && (byFeatures[row] ?? Infinity) <= alikeLimit;
  const second = await fitOnce(selectRows(features, isKept), multiplier, shrinkage);
  let kept = 0;
  const leaveOneOut = first.leaveOneOut.map((_, row) => (isKept(row) ? (second.leaveOneOut[kept++] ?? NaN) : NaN));
  return { model: second.model, leaveOneOut };
}

/**
 * Many odd ones widen a first fit of all images so much that they seem usual. So the first one is made of the images with
 * the lowest losses, and every next one of those nearest to the one before (Rousseeuw's and Van Driessen's C-steps).
 */
async function fitWithoutMany(
  features: Matrix,
  multiplier: MatrixMultiplier,
  shrinkage: number,
  { share, losses }: ManyOdd,
): Promise<FittedMahalanobis> {
  let limits = losses;
  for (let round = 0; ; round++) {
    const limit = quantile(limits, 1 - share);
    const isTaken = limits.map((value) => (value <= limit ? 1 : 0));
    const fit = await fitOnce(
      selectRows(features, (row) => isTaken[row] === 1),
      multiplier,
      shrinkage,
    );
    let taken = 0;
    const leaveOneOut = isTaken.map((one) => (one === 1 ? (fit.leaveOneOut[taken++] ?? NaN) : NaN));
    if (round === concentrations) return { model: fit.model, leaveOneOut };
    const distances = await mahalanobisDistances(fit.model, features, multiplier);
    limits = distances.map((distance, row) => (isTaken[row] === 1 ? (leaveOneOut[row] ?? distance) : distance));
  }
}

/** What lies beyond it stands clearly apart, and is at most 5 %. */
function outlierLimit(values: Float32Array): number {
  return Math.max(median(values) + farDeviations * robustDeviation(values), quantile(values, keptShare));
}

/** Of each row, standardised, squared: its distance from the mean where no feature tells of another. */
function lengths(features: Matrix, scaling: Scaling): Float32Array {
  const all = new Float32Array(features.rows);
  for (let start = 0; start < features.rows; start += rowsPerBlock) {
    const block = standardise(rowRange(features, start, rowsPerBlock), scaling);
    for (let row = 0; row < block.rows; row++) all[start + row] = squaredLength(block, row);
  }
  return all;
}

/** Squared distances [images] of images that took no part in the fit, divided by the number of features. */
export async function mahalanobisDistances(
  model: MahalanobisModel,
  features: Matrix,
  multiplier: MatrixMultiplier,
): Promise<Float32Array> {
  const { projection, ridge } = model;
  const distances = new Float32Array(features.rows);
  for (let start = 0; start < features.rows; start += rowsPerBlock) {
    const block = standardise(rowRange(features, start, rowsPerBlock), model);
    const projected = await multiplier.multiply(block, projection);
    for (let row = 0; row < block.rows; row++) {
      const length = squaredLength(projected, row);
      const distance = ridge === 0 ? length : (squaredLength(block, row) - length) / ridge;
      distances[start + row] = Math.max(0, distance) / block.columns;
    }
  }
  return distances;
}

/** The covariance of the standardised features is C = (1 − s)·XᵀX / n + s·I with the shrinkage s. */
function fitOnce(features: Matrix, multiplier: MatrixMultiplier, shrinkage: number): Promise<FittedMahalanobis> {
  const scaling = describeColumns(features);
  const fit = features.rows < features.columns ? fitByImages : fitByFeatures;
  return fit(features, scaling, multiplier, shrinkage);
}

/** The projection is Wᵀ with W·C·Wᵀ = I. */
async function fitByFeatures(
  features: Matrix,
  scaling: Scaling,
  multiplier: MatrixMultiplier,
  shrinkage: number,
): Promise<FittedMahalanobis> {
  const { columns, rows } = features;
  const covariance = new Float64Array(columns * columns);
  for (let start = 0; start < rows; start += rowsPerBlock) {
    const block = standardise(rowRange(features, start, rowsPerBlock), scaling);
    const { data } = await multiplier.multiply(block, block, { transposeA: true });
    for (let place = 0; place < data.length; place++) covariance[place] = (covariance[place] ?? 0) + (data[place] ?? 0);
  }
  for (let place = 0; place < covariance.length; place++) {
    covariance[place] = ((1 - shrinkage) * (covariance[place] ?? 0)) / rows;
  }
  addToDiagonal(covariance, columns, shrinkage);
  const projection = { rows: columns, columns, data: transpose(whitening(covariance, columns), columns) };
  const model = { ...scaling, projection, ridge: 0 };
  const within = await mahalanobisDistances(model, features, multiplier);
  const leaveOneOut = within.map((distance) => withoutItself(distance, ((1 - shrinkage) * distance * columns) / rows));
  return { model, leaveOneOut };
}

/**
 * Fewer images n than features: by Woodbury's identity C⁻¹ = (I − Xᵀ·G⁻¹·X) / s with G = X·Xᵀ + c·I and
 * c = n·s / (1 − s), which is only n × n. The projection is Xᵀ·Wᵀ with W·G·Wᵀ = I. With the same identity the distance
 * of image i without itself is (1 / (G⁻¹)ᵢᵢ − c) / s, free of the cancellation that Sherman–Morrison would suffer here.
 */
async function fitByImages(
  features: Matrix,
  scaling: Scaling,
  multiplier: MatrixMultiplier,
  shrinkage: number,
): Promise<FittedMahalanobis> {
  const { rows, columns } = features;
  const standardised = standardise(features, scaling);
  const gram = Float64Array.from((await multiplier.multiply(standardised, standardised, { transposeB: true })).data);
  const ridge = (rows * shrinkage) / (1 - shrinkage);
  addToDiagonal(gram, rows, ridge);
  const w = whitening(gram, rows);
  const leaveOneOut = Float32Array.from({ length: rows }, (_, image) => {
    let inverse = 0;
    for (let row = image; row < rows; row++) inverse += (w[row * rows + image] ?? 0) ** 2;
    return Math.max(0, 1 / inverse - ridge) / shrinkage / columns;
  });
  const inverse: Matrix = { rows, columns: rows, data: Float32Array.from(w) };
  const projection = await multiplier.multiply(standardised, inverse, { transposeA: true, transposeB: true });
  return { model: { ...scaling, projection, ridge: shrinkage }, leaveOneOut };
}

export type Scaling = Pick<MahalanobisModel, 'mean' | 'inverseDeviation'>;

export function describeColumns({ rows, columns, data }: Matrix): Scaling {
  const mean = new Float64Array(columns);
  const squares = new Float64Array(columns);
  for (let row = 0, place = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, place++) mean[column] = (mean[column] ?? 0) + (data[place] ?? 0);
  }
  for (let column = 0; column < columns; column++) mean[column] = (mean[column] ?? 0) / Math.max(1, rows);
  for (let row = 0, place = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, place++) {
      const difference = (data[place] ?? 0) - (mean[column] ?? 0);
      squares[column] = (squares[column] ?? 0) + difference * difference;
    }
  }
  return {
    mean: Float32Array.from(mean),
    inverseDeviation: Float32Array.from(squares, (sum) => 1 / (Math.sqrt(sum / Math.max(1, rows)) + smallestDeviation)),
  };
}

export function standardise(block: Matrix, { mean, inverseDeviation }: Scaling): Matrix {
  const { rows, columns, data } = block;
  const scaled = new Float32Array(rows * columns);
  for (let row = 0, place = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, place++) {
      scaled[place] = ((data[place] ?? 0) - (mean[column] ?? 0)) * (inverseDeviation[column] ?? 0);
    }
  }
  return { rows, columns, data: scaled };
}

function squaredLength({ columns, data }: Matrix, row: number): number {
  let sum = 0;
  for (let place = row * columns; place < (row + 1) * columns; place++) sum += (data[place] ?? 0) ** 2;
  return sum;
}

function addToDiagonal(matrix: Float64Array, size: number, amount: number): void {
  for (let row = 0; row < size; row++) matrix[row * size + row] = (matrix[row * size + row] ?? 0) + amount;
}

function rowRange({ rows, columns, data }: Matrix, start: number, count: number): Matrix {
  const end = Math.min(rows, start + count);
  return { rows: end - start, columns, data: data.subarray(start * columns, end * columns) };
}

function selectRows({ rows, columns, data }: Matrix, isKept: (row: number) => boolean): Matrix {
  const kept = Array.from({ length: rows }, (_, row) => row).filter(isKept);
  const selected = new Float32Array(kept.length * columns);
  kept.forEach((row, place) => {
    selected.set(data.subarray(row * columns, (row + 1) * columns), place * columns);
  });
  return { rows: kept.length, columns, data: selected };
}

function transpose(values: Float64Array, size: number): Float32Array {
  const result = new Float32Array(size * size);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) result[column * size + row] = values[row * size + column] ?? 0;
  }
  return result;
}
