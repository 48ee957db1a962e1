import { describe, expect, it } from 'vitest';
import { randomStream } from '../../../src/shared/random';
import { ridgeLogistic, type LogisticProblem } from '../../../src/engine/scoring/teaching/ridge-logistic';

const images = 300;
const columns = 6;
const random = randomStream(3, 'marks');
const data = Float32Array.from({ length: images * columns }, () => random.normal());
const targets = Array.from({ length: images }, (_, row) =>
  Number((data[row * columns] ?? 0) + 0.5 * random.normal() > 1),
);

function problem(changes: Partial<LogisticProblem> = {}): LogisticProblem {
  return {
    rows: { rows: images, columns, data },
    targets,
    weights: targets.map(() => 1),
    offsets: targets.map(() => 0),
    ridge: 0.5,
    ...changes,
  };
}

/** The gradient of the penalised loss by its definition, without the intercept, which is found here by bisection. */
function gradientAt({ rows, targets: wanted, weights, offsets, ridge }: LogisticProblem, b: Float64Array): number[] {
  const logit = (row: number) => b.reduce((sum, value, place) => sum + value * (data[row * columns + place] ?? 0), 0);
  const chance = (row: number, intercept: number) =>
    1 / (1 + Math.exp(-(logit(row) + intercept + (offsets[row] ?? 0))));
  const pull = (intercept: number) =>
    Array.from({ length: rows.rows }, (_, row) => (weights[row] ?? 0) * ((wanted[row] ?? 0) - chance(row, intercept)));
  let [low, high] = [-20, 20];
  for (let step = 0; step < 80; step++) {
    const middle = (low + high) / 2;
    const sum = pull(middle).reduce((total, value) => total + value, 0) - 1e-3 * middle;
    if (sum > 0) low = middle;
    else high = middle;
  }
  const pulls = pull(low);
  return Array.from(b, (value, place) =>
    pulls.reduce((sum, each, row) => sum + each * (data[row * columns + place] ?? 0), -ridge * value),
  );
}

describe('what is learned from marks', () => {
  it('is where the penalised loss is flat', () => {
    const coefficients = ridgeLogistic(problem());
    for (const slope of gradientAt(problem(), coefficients)) expect(Math.abs(slope)).toBeLessThan(1e-3);
    expect(coefficients[0]).toBeGreaterThan(1);
  });

  it('leaves what was known before alone where that explains the marks', () => {
    const known = Array.from({ length: images }, (_, row) => 30 * ((targets[row] ?? 0) - 0.5));
    for (const coefficient of ridgeLogistic(problem({ offsets: known }))) {
      expect(Math.abs(coefficient)).toBeLessThan(0.01);
    }
  });

  it('is nothing at all without weight, and stays finite when all marks say the same', () => {
    expect([...ridgeLogistic(problem({ weights: targets.map(() => 0) }))]).toEqual(Array(columns).fill(0));
    const same = ridgeLogistic(problem({ targets: targets.map(() => 0) }));
    expect(same.every((value) => Math.abs(value) < 1)).toBe(true);
  });
});
