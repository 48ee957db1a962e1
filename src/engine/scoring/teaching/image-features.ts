/**
 * Where an image is odd and what the encoder sees in it, in about a hundred numbers: what marks are learned from, what
 * groups alike images and finds the nearest ones. A row is a grid of log(normalised error + 1e-3), top left first, then
 * the leading principal components of the standardised encoder features, in standard deviations.
 */
import { randomStream } from '../../../shared/random';
import type { Matrix, NamedTensors } from '../../compute/backend';
import { describeColumns, standardise } from '../mahalanobis';
import { principalDirections } from '../principal-directions';
import type { ImageShape, NetworkBatch, ScoringTools, TrainingSample } from '../score';
import { groupNamed, matrixNamed, matrixTensor, tensorNamed, vectorTensor } from '../statistics-tensors';

const gridSide = 8;
const directionCount = 32;
/** A cell without any error has a logarithm, too. */
const smallestError = 1e-3;

/** The name of the statistics' group. */
export const imageFeaturesGroup = 'image-features';

/** Directions of the encoder's features; none where the network has no maps, or fewer features than directions. */
export async function fitImageFeatures(
  { features: { encoder } }: TrainingSample,
  { multiplier }: ScoringTools,
): Promise<NamedTensors> {
  if (encoder.columns <= directionCount || encoder.rows <= directionCount) return new Map();
  const scaling = describeColumns(encoder);
  const standardised = standardise(encoder, scaling);
  const { basis, deviations } = await principalDirections(
    { columns: standardised.columns, forEach: (visit) => visit(standardised) },
    new Float32Array(standardised.columns),
    directionCount,
    multiplier,
    randomStream(0, 'image features'),
  );
  const data = basis.data.map((value, place) => value / Math.max(deviations[place % basis.columns] ?? 1, 1e-6));
  return new Map([
    ['mean', vectorTensor(scaling.mean)],
    ['inverse-deviation', vectorTensor(scaling.inverseDeviation)],
    ['basis', matrixTensor({ ...basis, data })],
  ]);
}

export interface ImageFeatures {
  /** Length of a row. */
  readonly columns: number;
  /** [count, columns] */
  rows(batch: NetworkBatch): Promise<Float32Array>;
}

/** @param statistics of all network scores: what error is usual at each pixel is among them */
export function imageFeatures(statistics: NamedTensors, { multiplier, shape }: ScoringTools): ImageFeatures {
  const variance = tensorNamed(groupNamed(statistics, 'normalised'), 'pixel-variance').data;
  const fitted = groupNamed(statistics, imageFeaturesGroup);
  const grid = cellsOf(shape);
  const gridSize = errorGridSize(shape);
  const basis = fitted.size > 0 ? matrixNamed(fitted, 'basis') : undefined;
  const columns = gridSize + (basis?.columns ?? 0);
  return {
    columns,
    rows: async ({ count, squaredErrors, output }) => {
      const rows = new Float32Array(count * columns);
      for (let image = 0; image < count; image++) {
        const errors = squaredErrors.subarray(image * variance.length, (image + 1) * variance.length);
        rows.set(errorGrid(errors, variance, grid, gridSize), image * columns);
      }
      const encoder = output.features?.encoder;
      if (!basis || !encoder) return rows;
      const scaling = {
        mean: tensorNamed(fitted, 'mean').data,
        inverseDeviation: tensorNamed(fitted, 'inverse-deviation').data,
      };
      const seen: Matrix = { rows: count, columns: basis.rows, data: encoder.subarray(0, count * basis.rows) };
      const { data } = await multiplier.multiply(standardise(seen, scaling), basis);
      for (let image = 0; image < count; image++) {
        rows.set(data.subarray(image * basis.columns, (image + 1) * basis.columns), image * columns + gridSize);
      }
      return rows;
    },
  };
}

/** How many numbers of a row are the grid of errors, for images of this shape. */
export function errorGridSize(shape: ImageShape): number {
  const [rows, columns] = errorGridShape(shape);
  return rows * columns;
}

/** [rows, columns] of the grid: 8 × 8, fewer in smaller images. */
export function errorGridShape([, height, width]: ImageShape): readonly [number, number] {
  return [Math.min(gridSide, height), Math.min(gridSide, width)];
}

/** The cell of the grid that each pixel is in: [height · width]. */
function cellsOf(shape: ImageShape): Uint8Array {
  const [, height, width] = shape;
  const [rows, columns] = errorGridShape(shape);
  return Uint8Array.from({ length: height * width }, (_, pixel) => {
    const row = Math.floor((Math.floor(pixel / width) * rows) / height);
    return row * columns + Math.floor(((pixel % width) * columns) / width);
  });
}

function errorGrid(errors: Float32Array, variance: Float32Array, cells: Uint8Array, gridSize: number): Float64Array {
  const sums = new Float64Array(gridSize);
  const counts = new Uint32Array(gridSize);
  for (let place = 0; place < errors.length; place++) {
    const cell = cells[place % cells.length] ?? 0;
    sums[cell] = (sums[cell] ?? 0) + (errors[place] ?? 0) / (variance[place] ?? 1);
    counts[cell] = (counts[cell] ?? 0) + 1;
  }
  return sums.map((sum, cell) => Math.log(sum / Math.max(1, counts[cell] ?? 1) + smallestError));
}
