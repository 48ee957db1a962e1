/** Principal directions of rows that come in blocks: randomised subspace iteration (Halko, Martinsson, Tropp 2011). */
import { EigenvalueDecomposition, Matrix as DenseMatrix } from 'ml-matrix';
import type { RandomStream } from '../../shared/random';
import type { Matrix, MatrixMultiplier } from '../compute/backend';

export interface RowBlocks {
  readonly columns: number;
  /** Visits all rows, the same ones in the same order each time. */
  forEach(visit: (block: Matrix) => Promise<void>): Promise<void>;
}

export interface PrincipalDirections {
  /** [columns, count]: orthonormal columns, the direction of most variance first. */
  readonly basis: Matrix;
  /** Standard deviation of the rows along each direction, [count]. */
  readonly deviations: Float32Array;
}

const extraDirections = 8;
const iterations = 2;

/** @param mean of the rows, [columns] */
export async function principalDirections(
  rows: RowBlocks,
  mean: Float32Array,
  count: number,
  multiplier: MatrixMultiplier,
  random: RandomStream,
): Promise<PrincipalDirections> {
  const { columns } = rows;
  const directions = Math.min(count + extraDirections, columns);
  let basis: Matrix = {
    rows: columns,
    columns: directions,
    data: Float32Array.from({ length: columns * directions }, () => random.normal()),
  };
  let covariance = new Float64Array(directions * directions);
  let seen = 0;
  for (let iteration = 0; iteration < iterations; iteration++) {
    orthonormalise(basis);
    const current = basis;
    const next = new Float32Array(columns * directions);
    const meanCode = (await multiplier.multiply(asRow(mean), current)).data;
    const codeSums = new Float64Array(directions);
    covariance = new Float64Array(directions * directions);
    seen = 0;
    await rows.forEach(async (block) => {
      const projected = subtractRow(await multiplier.multiply(block, current), meanCode);
      addTo(next, (await multiplier.multiply(block, projected, { transposeA: true })).data);
      addTo(covariance, (await multiplier.multiply(projected, projected, { transposeA: true })).data);
      addTo(codeSums, columnSums(projected));
      seen += block.rows;
    });
    // The blocks were not centred; their centred product differs by mean · (sum of the codes).
    for (let place = 0; place < next.length; place++) {
      const row = Math.floor(place / directions);
      next[place] = (next[place] ?? 0) - (mean[row] ?? 0) * (codeSums[place % directions] ?? 0);
    }
    if (iteration < iterations - 1) basis = { ...current, data: next };
  }
  return turnToLeading(
    basis,
    covariance.map((sum) => sum / Math.max(1, seen)),
    count,
    multiplier,
  );
}

/** Turns the basis so that its first columns carry the most variance, and keeps those. */
async function turnToLeading(
  basis: Matrix,
  covariance: Float64Array,
  count: number,
  multiplier: MatrixMultiplier,
): Promise<PrincipalDirections> {
  const size = basis.columns;
  const kept = Math.min(count, size);
  const square = DenseMatrix.from1DArray(size, size, covariance);
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(square, { assumeSymmetric: true });
  const eigenvalue = (place: number) => realEigenvalues[place] ?? 0;
  const order = realEigenvalues.map((_, place) => place).sort((a, b) => eigenvalue(b) - eigenvalue(a));
  const rotation = new Float32Array(size * kept);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < kept; column++) {
      rotation[row * kept + column] = eigenvectorMatrix.get(row, order[column] ?? 0);
    }
  }
  return {
    basis: await multiplier.multiply(basis, { rows: size, columns: kept, data: rotation }),
    deviations: Float32Array.from(order.slice(0, kept), (place) => Math.sqrt(Math.max(0, eigenvalue(place)))),
  };
}

/** Modified Gram–Schmidt over the columns, in place; a column that vanishes stays zero. */
function orthonormalise({ rows, columns, data }: Matrix): void {
  const vectors = Array.from({ length: columns }, (_, column) =>
    Float64Array.from({ length: rows }, (_value, row) => data[row * columns + column] ?? 0),
  );
  vectors.forEach((vector, column) => {
    for (const earlier of vectors.slice(0, column)) {
      let projection = 0;
      for (let row = 0; row < rows; row++) projection += (earlier[row] ?? 0) * (vector[row] ?? 0);
      for (let row = 0; row < rows; row++) vector[row] = (vector[row] ?? 0) - projection * (earlier[row] ?? 0);
    }
    const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
    for (let row = 0; row < rows; row++) {
      vector[row] = length > 1e-12 ? (vector[row] ?? 0) / length : 0;
      data[row * columns + column] = vector[row] ?? 0;
    }
  });
}

export function asRow(data: Float32Array): Matrix {
  return { rows: 1, columns: data.length, data };
}

/** @param row [columns], taken off every row of the block */
export function subtractRow({ rows, columns, data }: Matrix, row: Float32Array): Matrix {
  const left = new Float32Array(rows * columns);
  for (let at = 0, place = 0; at < rows; at++) {
    for (let column = 0; column < columns; column++, place++) left[place] = (data[place] ?? 0) - (row[column] ?? 0);
  }
  return { rows, columns, data: left };
}

function columnSums({ rows, columns, data }: Matrix): Float32Array {
  const sums = new Float32Array(columns);
  for (let row = 0, place = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, place++) sums[column] = (sums[column] ?? 0) + (data[place] ?? 0);
  }
  return sums;
}

function addTo(target: Float32Array | Float64Array, values: Float32Array): void {
  for (let place = 0; place < values.length; place++) target[place] = (target[place] ?? 0) + (values[place] ?? 0);
}
