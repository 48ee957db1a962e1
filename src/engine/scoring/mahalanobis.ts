/**
 * Distance from the crowd in a space of features: Mahalanobis with every feature standardised, a shrunk correlation
 * matrix, and a second fit on the nearest 95 %, so that the odd ones do not widen what counts as usual.
 */
import { quantile } from '../../shared/statistics';
import type { Matrix, MatrixMultiplier } from '../compute/backend';
import { whitening } from './linear-algebra';

export interface MahalanobisModel {
  /** [features] */
  readonly mean: Float32Array;
  /** [features]: 1 / standard deviation */
  readonly inverseDeviation: Float32Array;
  /** [features, features]: the squared length of a standardised row times this is its distance. */
  readonly whitening: Matrix;
}

const shrinkage = 0.05;
const keptShare = 0.95;
/** Features that hardly move must not blow up when they do. */
const smallestDeviation = 1e-3;
const rowsPerBlock = 1024;

/** @param features [images, features] */
export async function fitMahalanobis(features: Matrix, multiplier: MatrixMultiplier): Promise<MahalanobisModel> {
  const first = await fitOnce(features, multiplier);
  const distances = await mahalanobisDistances(first, features, multiplier);
  const limit = quantile(distances, keptShare);
  return fitOnce(
    selectRows(features, (row) => (distances[row] ?? Infinity) <= limit),
    multiplier,
  );
}

/** Squared distances [images], divided by the number of features: about 1 for a usual image. */
export async function mahalanobisDistances(
  model: MahalanobisModel,
  features: Matrix,
  multiplier: MatrixMultiplier,
): Promise<Float32Array> {
  const distances = new Float32Array(features.rows);
  for (let start = 0; start < features.rows; start += rowsPerBlock) {
    const block = standardise(rowRange(features, start, rowsPerBlock), model);
    const { data, columns } = await multiplier.multiply(block, model.whitening);
    for (let row = 0; row < block.rows; row++) {
      let sum = 0;
      for (let place = row * columns; place < (row + 1) * columns; place++) sum += (data[place] ?? 0) ** 2;
      distances[start + row] = sum / columns;
    }
  }
  return distances;
}

async function fitOnce(features: Matrix, multiplier: MatrixMultiplier): Promise<MahalanobisModel> {
  const { columns, rows } = features;
  const scaling = describeColumns(features);
  const correlation = new Float64Array(columns * columns);
  for (let start = 0; start < rows; start += rowsPerBlock) {
    const block = standardise(rowRange(features, start, rowsPerBlock), scaling);
    const product = await multiplier.multiply(block, block, { transposeA: true });
    product.data.forEach((value, place) => {
      correlation[place] = (correlation[place] ?? 0) + value;
    });
  }
  for (let place = 0; place < correlation.length; place++) {
    correlation[place] = ((1 - shrinkage) * (correlation[place] ?? 0)) / Math.max(1, rows);
  }
  for (let column = 0; column < columns; column++) {
    correlation[column * columns + column] = (correlation[column * columns + column] ?? 0) + shrinkage;
  }
  const inverse = whitening(correlation, columns);
  return { ...scaling, whitening: { rows: columns, columns, data: transpose(inverse, columns) } };
}

function describeColumns({ rows, columns, data }: Matrix): Pick<MahalanobisModel, 'mean' | 'inverseDeviation'> {
  const mean = new Float64Array(columns);
  const squares = new Float64Array(columns);
  for (let place = 0; place < data.length; place++)
    mean[place % columns] = (mean[place % columns] ?? 0) + (data[place] ?? 0);
  for (let column = 0; column < columns; column++) mean[column] = (mean[column] ?? 0) / Math.max(1, rows);
  for (let place = 0; place < data.length; place++) {
    const column = place % columns;
    squares[column] = (squares[column] ?? 0) + ((data[place] ?? 0) - (mean[column] ?? 0)) ** 2;
  }
  return {
    mean: Float32Array.from(mean),
    inverseDeviation: Float32Array.from(squares, (sum) => 1 / (Math.sqrt(sum / Math.max(1, rows)) + smallestDeviation)),
  };
}

function standardise(block: Matrix, model: Pick<MahalanobisModel, 'mean' | 'inverseDeviation'>): Matrix {
  const { columns } = block;
  const data = block.data.map((value, place) => {
    const column = place % columns;
    return (value - (model.mean[column] ?? 0)) * (model.inverseDeviation[column] ?? 0);
  });
  return { ...block, data };
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
