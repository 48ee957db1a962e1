import { evenSample } from '../../../shared/even-sample';
import type { Matrix } from '../../compute/backend';
import { describeColumns, standardise } from '../mahalanobis';
import type { NetworkScore } from '../score';
import { matrixNamed, matrixTensor, tensorNamed, vectorTensor } from '../statistics-tensors';

/** Codes to compare with: at most so many, and so many values of them. */
const mostCodes = 1024;
const mostValues = 1_000_000;
/** As many near ones count. */
const nearest = 5;

/**
 * How lonely the image's code is: the mean distance to the five nearest codes of a sample of the images trained on, each
 * element in its standard deviations. An image of the sample is not its own neighbour.
 */
export const neighboursScore: NetworkScore = {
  name: 'neighbours',
  fit: ({ latents }) => {
    const scaling = describeColumns(latents);
    const kept = evenSample(latents.rows, Math.min(mostCodes, Math.floor(mostValues / Math.max(1, latents.columns))));
    if (kept.length <= nearest) return Promise.resolve(new Map());
    const { columns } = latents;
    const data = new Float32Array(kept.length * columns);
    kept.forEach((row, place) => {
      data.set(latents.data.subarray(row * columns, (row + 1) * columns), place * columns);
    });
    return Promise.resolve(
      new Map([
        ['mean', vectorTensor(scaling.mean)],
        ['inverse-deviation', vectorTensor(scaling.inverseDeviation)],
        ['codes', matrixTensor(standardise({ rows: kept.length, columns, data }, scaling))],
        // Below 2^24, where single floats hold every whole number.
        ['sample-rows', vectorTensor(Float32Array.from(kept))],
      ]),
    );
  },
  evaluate: async ({ output, count, sampleRows }, statistics, { multiplier }) => {
    const codes = matrixNamed(statistics, 'codes');
    const places = new Map(Array.from(tensorNamed(statistics, 'sample-rows').data, (row, place) => [row, place]));
    const own = standardise(
      { rows: count, columns: codes.columns, data: output.latent.subarray(0, count * codes.columns) },
      {
        mean: tensorNamed(statistics, 'mean').data,
        inverseDeviation: tensorNamed(statistics, 'inverse-deviation').data,
      },
    );
    const products = await multiplier.multiply(own, codes, { transposeB: true });
    const [lengths, ownLengths] = [squaredLengths(codes), squaredLengths(own)];
    return Float32Array.from({ length: count }, (_, image) => {
      const itself = places.get(sampleRows[image] ?? -1);
      const squares = lengths.map(
        (length, place) => length + (ownLengths[image] ?? 0) - 2 * (products.data[image * codes.rows + place] ?? 0),
      );
      if (itself !== undefined) squares[itself] = Infinity;
      return meanOfNearest(squares);
    });
  },
};

function squaredLengths({ rows, columns, data }: Matrix): Float64Array {
  return Float64Array.from({ length: rows }, (_, row) => {
    let sum = 0;
    for (let place = row * columns; place < (row + 1) * columns; place++) sum += (data[place] ?? 0) ** 2;
    return sum;
  });
}

/** Rounding may turn the distance of equal codes into a little less than none. */
function meanOfNearest(squares: Float64Array): number {
  const smallest = new Float64Array(nearest).fill(Infinity);
  for (const square of squares) {
    if (square >= (smallest[nearest - 1] ?? 0)) continue;
    let place = nearest - 1;
    for (; place > 0 && (smallest[place - 1] ?? 0) > square; place--) smallest[place] = smallest[place - 1] ?? 0;
    smallest[place] = square;
  }
  return smallest.reduce((sum, square) => sum + Math.sqrt(Math.max(0, square)), 0) / nearest;
}
