/**
 * The baseline without a network: principal components of the pixels, streamed from the cache. Score: what the
 * components cannot draw, relative to what they usually cannot draw at that pixel.
 */
import type { Matrix, MatrixMultiplier, NamedTensors } from '../compute/backend';
import { withSteadyRows } from '../compute/steady-multiplier';
import type { TensorCache } from '../dataset/dataset';
import { randomStream } from '../../shared/random';
import { quantile } from '../../shared/statistics';
import { PixelVariance } from './pixel-variance';
import { asRow, principalDirections, subtractRow, type RowBlocks } from './principal-directions';
import { matrixNamed, matrixTensor, tensorNamed, vectorTensor } from './statistics-tensors';

const mostComponents = 32;
const imagesPerBlock = 128;
const keptShare = 0.95;

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

/**
 * @param sample readable images, at least one; bounded, since every pass reads them all. The 5 % that lie farthest from
 * the mean image take no part: a few strange images would claim components of their own and be drawn best of all.
 */
export async function fitPca(
  images: TensorCache,
  sample: Uint32Array,
  multiplier: MatrixMultiplier,
  seed: number,
  signal: AbortSignal,
): Promise<NamedTensors> {
  const { indexes, mean } = await withoutFarthest(images, sample, signal);
  const blocks: RowBlocks = {
    columns: images.valuesPerImage,
    forEach: (visit) => forEachBlock(images, indexes, signal, visit),
  };
  const components = Math.max(1, Math.min(mostComponents, Math.floor(indexes.length / 8), blocks.columns - 1));
  const { basis } = await principalDirections(blocks, mean, components, multiplier, randomStream(seed, 'pca'));
  const variance = new PixelVariance(images.valuesPerImage);
  const meanCode = await codeOf(mean, basis, multiplier);
  await forEachBlock(images, indexes, signal, async (block) => {
    const { squares, losses } = squaresOf(block, mean, await drawnBy(block, meanCode, basis, multiplier));
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
  const share = Float64Array.from(tensorNamed(statistics, 'pixel-variance').data, (variance) => 1 / variance);
  const steady = withSteadyRows(multiplier, imagesPerBlock);
  const result = new Float32Array(indexes.length);
  const meanCode = await codeOf(mean, basis, multiplier);
  await forEachBlock(images, indexes, signal, async (block, start) => {
    const { rows, columns, data } = block;
    const drawn = await drawnBy(block, meanCode, basis, steady);
    for (let row = 0, place = 0; row < rows; row++) {
      let sum = 0;
      for (let column = 0; column < columns; column++, place++) {
        const difference = (data[place] ?? 0) - (mean[column] ?? 0) - (drawn[place] ?? 0);
        sum += difference * difference * (share[column] ?? 1);
      }
      result[start + row] = sum / columns;
    }
  });
  return result;
}

/** The places that stay, and their mean image. */
async function withoutFarthest(
  images: TensorCache,
  sample: Uint32Array,
  signal: AbortSignal,
): Promise<{ indexes: Uint32Array; mean: Float32Array }> {
  const all = await describePixels(images, sample, signal);
  const distances = new Float32Array(sample.length);
  await forEachBlock(images, sample, signal, ({ data, rows, columns }, start) => {
    for (let row = 0; row < rows; row++) {
      let sum = 0;
      for (let column = 0; column < columns; column++) {
        const difference = (data[row * columns + column] ?? 0) - (all.mean[column] ?? 0);
        sum += (difference * difference) / (all.variance[column] ?? 1);
      }
      distances[start + row] = sum;
    }
  });
  const limit = quantile(distances, keptShare);
  const isKept = (place: number) => (distances[place] ?? Infinity) <= limit;
  const indexes = sample.filter((_, place) => isKept(place));
  const left = sample.filter((_, place) => !isKept(place));
  if (left.length === 0) return { indexes, mean: all.mean };
  // Taking the few off the mean of all saves a pass over the many.
  const { mean: meanOfLeft } = await describePixels(images, left, signal);
  const mean = all.mean.map(
    (value, place) => (value * sample.length - (meanOfLeft[place] ?? 0) * left.length) / indexes.length,
  );
  return { indexes, mean };
}

/** Mean image and variance of each value, the latter with a small floor. */
async function describePixels(
  images: TensorCache,
  indexes: Uint32Array,
  signal: AbortSignal,
): Promise<{ mean: Float32Array; variance: Float32Array }> {
  const sums = new Float64Array(images.valuesPerImage);
  const squares = new Float64Array(images.valuesPerImage);
  await forEachBlock(images, indexes, signal, ({ data, rows, columns }) => {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const value = data[row * columns + column] ?? 0;
        sums[column] = (sums[column] ?? 0) + value;
        squares[column] = (squares[column] ?? 0) + value * value;
      }
    }
  });
  const mean = Float32Array.from(sums, (sum) => sum / indexes.length);
  return {
    mean,
    variance: mean.map((value, place) => Math.max(0, (squares[place] ?? 0) / indexes.length - value * value) + 1e-4),
  };
}

async function codeOf(mean: Float32Array, basis: Matrix, multiplier: MatrixMultiplier): Promise<Float32Array> {
  return (await multiplier.multiply(asRow(mean), basis)).data;
}

/** What the components draw of each row, without the mean: [rows, values]. */
async function drawnBy(
  block: Matrix,
  meanCode: Float32Array,
  basis: Matrix,
  multiplier: MatrixMultiplier,
): Promise<Float32Array> {
  const codes = subtractRow(await multiplier.multiply(block, basis), meanCode);
  return (await multiplier.multiply(codes, basis, { transposeB: true })).data;
}

/** What the components cannot draw: squares [rows, values] and their means [rows]. */
function squaresOf(
  { rows, columns, data }: Matrix,
  mean: Float32Array,
  drawn: Float32Array,
): { squares: Float32Array; losses: Float32Array } {
  const squares = new Float32Array(data.length);
  const losses = new Float32Array(rows);
  for (let row = 0, place = 0; row < rows; row++) {
    let sum = 0;
    for (let column = 0; column < columns; column++, place++) {
      const square = ((data[place] ?? 0) - (mean[column] ?? 0) - (drawn[place] ?? 0)) ** 2;
      squares[place] = square;
      sum += square;
    }
    losses[row] = sum / columns;
  }
  return { squares, losses };
}
