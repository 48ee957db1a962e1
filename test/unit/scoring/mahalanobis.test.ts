import { afterAll, describe, expect, it } from 'vitest';
import type { Matrix } from '../../../src/engine/compute/backend';
import { OnnxMatrixMultiplier } from '../../../src/engine/compute/onnx/matrix';
import { fitMahalanobis, mahalanobisDistances } from '../../../src/engine/scoring/mahalanobis';
import { randomStream } from '../../../src/shared/random';

const multiplier = new OnnxMatrixMultiplier('cpu', 1);
afterAll(() => multiplier.dispose());

/** Distances of the very images the model is fitted on. */
async function measure(features: Matrix): Promise<Float32Array> {
  const { model, leaveOneOut } = await fitMahalanobis(features, multiplier);
  const distances = await mahalanobisDistances(model, features, multiplier);
  return distances.map((distance, row) => (Number.isNaN(leaveOneOut[row]) ? distance : (leaveOneOut[row] ?? NaN)));
}

/** Correlated normal features, with the last `odd` rows off the line on which the features move together. */
function crowd(rows: number, columns: number, odd: number): Matrix {
  const random = randomStream(3, 'crowd');
  const data = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const isOdd = row >= rows - odd;
    const common = isOdd ? 1 : random.normal();
    for (let column = 0; column < columns; column++) {
      const sign = isOdd && column % 2 === 1 ? -1 : 1;
      data[row * columns + column] = sign * (1 + common) + 0.2 * random.normal();
    }
  }
  return { rows, columns, data };
}

describe.each([
  ['more images than features', 200, 8],
  ['fewer images than features', 100, 120],
])('with %s', (_, rows, columns) => {
  it('the odd ones that share every single value range are farthest', async () => {
    const features = crowd(rows, columns, 3);
    const distances = await measure(features);
    const order = [...distances.keys()].sort((a, b) => (distances[b] ?? 0) - (distances[a] ?? 0));
    expect(new Set(order.slice(0, 3))).toEqual(new Set([rows - 3, rows - 2, rows - 1]));
  });
});

it('a few odd ones that are alike do not hide each other among few images', async () => {
  const [rows, columns] = [80, 400];
  const random = randomStream(5, 'alike');
  const odd = Float32Array.from({ length: columns }, () => 3 * random.normal());
  const data = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      data[row * columns + column] = row < 3 ? (odd[column] ?? 0) + 0.1 * random.normal() : random.normal();
    }
  }
  const distances = await measure({ rows, columns, data });
  const [alike, others] = [distances.subarray(0, 3), distances.subarray(3)];
  expect(Math.min(...alike)).toBeGreaterThan(2 * Math.max(...others));
});

it('the way in which all features move together counts more, the more the correlations are shrunk', async () => {
  const usual = crowd(300, 6, 0);
  const along: Matrix = { rows: 1, columns: 6, data: new Float32Array(6).fill(1 + 5) };
  const across: Matrix = { rows: 1, columns: 6, data: Float32Array.of(2, 0, 2, 0, 2, 0) };
  const timesFarther = async (shrinkage: number) => {
    const { model } = await fitMahalanobis(usual, multiplier, shrinkage);
    const [one = NaN] = await mahalanobisDistances(model, along, multiplier);
    const [other = NaN] = await mahalanobisDistances(model, across, multiplier);
    return one / other;
  };
  expect(await timesFarther(0.05)).toBeLessThan(1);
  expect(await timesFarther(0.8)).toBeGreaterThan(1);
});

it('both ways of fitting give the same distances', async () => {
  // 40 images of 40 features are fitted by features, and with one more constant feature by images.
  const square = crowd(42, 40, 0);
  const wide: Matrix = {
    rows: 42,
    columns: 43,
    data: Float32Array.from({ length: 42 * 43 }, (_, place) => {
      const column = place % 43;
      return column < 40 ? (square.data[Math.floor(place / 43) * 40 + column] ?? 0) : 1;
    }),
  };
  const narrow = await measure(square);
  const padded = await measure(wide);
  // The second fit, on the nearest 95 %, has 39 rows in both: by images. The first decides which rows those are.
  narrow.forEach((distance, row) => expect((padded[row] ?? 0) * 43).toBeCloseTo(distance * 40, 1));
});

it.each([
  ['many', 60, 20],
  ['few', 30, 400],
])('an image that took part in a fit on %s images is as far as it would be had it not', async (_, rows, columns) => {
  const features = crowd(rows, columns, 0);
  const { leaveOneOut } = await fitMahalanobis(features, multiplier);
  const distances = await measure(features);
  const meanOf = (isIn: boolean) => {
    const of = distances.filter((_distance, row) => Number.isNaN(leaveOneOut[row]) !== isIn);
    return of.reduce((sum, distance) => sum + distance, 0) / of.length;
  };
  // The farthest 5 % are farther, but not by another order: all come from one crowd.
  expect(meanOf(false) / meanOf(true)).toBeLessThan(2.5);
});

it('many odd ones are told from the usual ones when it is said how many there may be', async () => {
  const [rows, columns, odd] = [300, 8, 60];
  const features = crowd(rows, columns, odd);
  // As losses rank them: not all of the odd ones are drawn badly.
  const losses = Float32Array.from({ length: rows }, (_, row) =>
    row >= rows - odd && row % 3 > 0 ? 2 : 1 + row / rows,
  );
  const { model, leaveOneOut } = await fitMahalanobis(features, multiplier, 0.05, { share: odd / rows, losses });
  expect(leaveOneOut.filter(Number.isNaN)).toHaveLength(odd);
  expect([...leaveOneOut.slice(rows - odd)].every(Number.isNaN)).toBe(true);
  const distances = await mahalanobisDistances(model, features, multiplier);
  expect(Math.min(...distances.slice(rows - odd))).toBeGreaterThan(2 * Math.max(...distances.slice(0, rows - odd)));
  const untold = await measure(features);
  expect(Math.min(...untold.slice(rows - odd))).toBeLessThan(Math.max(...untold.slice(0, rows - odd)));
});
