/**
 * The baseline without a network: principal components of the pixels by randomised subspace iteration (Halko,
 * Martinsson, Tropp 2011), streamed from the cache. Score: what the components cannot draw, relative to what they
 * usually cannot draw at that pixel.
 */
import { EigenvalueDecomposition, Matrix as DenseMatrix } from 'ml-matrix';
import type { Matrix, MatrixMultiplier, NamedTensors } from '../compute/backend';
import type { TensorCache } from '../dataset/dataset';
import { randomStream } from '../../shared/random';
import { PixelVariance } from './pixel-variance';
import { meanOfRatios } from './scores/normalised';
import { matrixNamed, matrixTensor, tensorNamed, vectorTensor } from './statistics-tensors';

const mostComponents = 32;
const extraDirections = 8;
const iterations = 3;
const imagesPerBlock = 128;

/** Reads blocks of images; all passes of this file go through here. */
async function forEachBlock(
  images: TensorCache,
  indexes: Uint32Array,
  signal: AbortSignal,
  visit: (block: Matrix, start: number) => Promise<void> | void,
): Promise<void> {
  const buffer = new Float32Array(Math.min(indexes.length, imagesPerBlock) * images.valuesPerImage);
  for (let start = 0; start < indexes.length; start += imagesPerBlock) {
    signal.throwIfAborted();
    const part = indexes.subarray(start, start + imagesPerBlock);
    const data = buffer.subarray(0, part.length * images.valuesPerImage);
    images.read(part, data);
    await visit({ rows: part.length, columns: images.valuesPerImage, data }, start);
  }
}

/** @param indexes a bounded sample of readable images, at least one */
export async function fitPca(
  images: TensorCache,
  indexes: Uint32Array,
  multiplier: MatrixMultiplier,
  seed: number,
  signal: AbortSignal,
): Promise<NamedTensors> {
  const mean = await meanImage(images, indexes, signal);
  const basis = await principalDirections(images, indexes, mean, multiplier, seed, signal);
  const variance = new PixelVariance(images.valuesPerImage);
  await forEachBlock(images, indexes, signal, async (block) => {
    const { squares, losses } = await residual(block, mean, basis, multiplier);
    variance.add(squares, losses, block.rows);
  });
  return new Map([
    ['mean', vectorTensor(mean)],
    ['basis', matrixTensor(basis)],
    ['pixel-variance', vectorTensor(variance.result())],
  ]);
}

/** The score of each of `indexes`. */
export async function applyPca(
  statistics: NamedTensors,
  images: TensorCache,
  indexes: Uint32Array,
  multiplier: MatrixMultiplier,
  signal: AbortSignal,
): Promise<Float32Array> {
  const mean = tensorNamed(statistics, 'mean').data;
  const basis = matrixNamed(statistics, 'basis');
  const variance = tensorNamed(statistics, 'pixel-variance').data;
  const result = new Float32Array(indexes.length);
  await forEachBlock(images, indexes, signal, async (block, start) => {
    const { squares } = await residual(block, mean, basis, multiplier);
    result.set(meanOfRatios(squares, variance, block.rows), start);
  });
  return result;
}

async function meanImage(images: TensorCache, indexes: Uint32Array, signal: AbortSignal): Promise<Float32Array> {
  const sums = new Float64Array(images.valuesPerImage);
  await forEachBlock(images, indexes, signal, ({ data, columns }) => {
    for (let place = 0; place < data.length; place++) {
      const column = place % columns;
      sums[column] = (sums[column] ?? 0) + (data[place] ?? 0);
    }
  });
  return Float32Array.from(sums, (sum) => sum / indexes.length);
}

/** [values, components], orthonormal columns spanning the directions of most variance. */
async function principalDirections(
  images: TensorCache,
  indexes: Uint32Array,
  mean: Float32Array,
  multiplier: MatrixMultiplier,
  seed: number,
  signal: AbortSignal,
): Promise<Matrix> {
  const values = images.valuesPerImage;
  const components = Math.max(1, Math.min(mostComponents, Math.floor(indexes.length / 8), values - 1));
  const directions = Math.min(components + extraDirections, values);
  const random = randomStream(seed, 'pca');
  let basis: Matrix = {
    rows: values,
    columns: directions,
    data: Float32Array.from({ length: values * directions }, () => random.normal()),
  };
  let covariance = new Float64Array(directions * directions);
  for (let iteration = 0; iteration < iterations; iteration++) {
    orthonormalise(basis);
    const next = new Float32Array(values * directions);
    const current = basis;
    covariance = new Float64Array(directions * directions);
    await forEachBlock(images, indexes, signal, async (block) => {
      const centred = subtractRow(block, mean);
      const projected = await multiplier.multiply(centred, current);
      addTo(next, (await multiplier.multiply(centred, projected, { transposeA: true })).data);
      addTo(covariance, (await multiplier.multiply(projected, projected, { transposeA: true })).data);
    });
    if (iteration < iterations - 1) basis = { ...current, data: next };
  }
  return leadingDirections(basis, covariance, components, multiplier);
}

/** Turns the basis so that its first columns carry the most variance, and keeps those. */
async function leadingDirections(
  basis: Matrix,
  covariance: Float64Array,
  components: number,
  multiplier: MatrixMultiplier,
): Promise<Matrix> {
  const size = basis.columns;
  const square = DenseMatrix.from1DArray(size, size, covariance);
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(square, { assumeSymmetric: true });
  const order = realEigenvalues
    .map((_, place) => place)
    .sort((a, b) => (realEigenvalues[b] ?? 0) - (realEigenvalues[a] ?? 0));
  const rotation = new Float32Array(size * components);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < components; column++) {
      rotation[row * components + column] = eigenvectorMatrix.get(row, order[column] ?? 0);
    }
  }
  return multiplier.multiply(basis, { rows: size, columns: components, data: rotation });
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

async function residual(
  block: Matrix,
  mean: Float32Array,
  basis: Matrix,
  multiplier: MatrixMultiplier,
): Promise<{ squares: Float32Array; losses: Float32Array }> {
  const centred = subtractRow(block, mean);
  const codes = await multiplier.multiply(centred, basis);
  const drawn = await multiplier.multiply(codes, basis, { transposeB: true });
  const losses = new Float32Array(block.rows);
  const squares = centred.data.map((value, place) => (value - (drawn.data[place] ?? 0)) ** 2);
  for (let row = 0; row < block.rows; row++) {
    let sum = 0;
    for (let place = row * block.columns; place < (row + 1) * block.columns; place++) sum += squares[place] ?? 0;
    losses[row] = sum / block.columns;
  }
  return { squares, losses };
}

function subtractRow(block: Matrix, row: Float32Array): Matrix {
  return { ...block, data: block.data.map((value, place) => value - (row[place % block.columns] ?? 0)) };
}

function addTo(target: Float32Array | Float64Array, values: Float32Array): void {
  for (let place = 0; place < values.length; place++) target[place] = (target[place] ?? 0) + (values[place] ?? 0);
}
