/** The numbers that record.py and record_cases.py feed to PyTorch, and how results are compared. */
import { expect } from 'vitest';
import type { NetworkPlan, ParameterPlan } from '../../../src/engine/model/plan';
import type { NamedTensors } from '../../../src/engine/model/tensors';

/** Numbers in [−1, 1): the same hash of the place as in pattern.py. */
export function pattern(count: number, salt: number, scaled: (value: number) => number): Float32Array {
  const values = new Float32Array(count);
  for (let index = 0; index < count; index++) {
    let hash = Math.imul(index + 1 + 7919 * salt, 2654435761) >>> 0;
    hash = (hash ^ (hash >>> 15)) >>> 0;
    hash = Math.imul(hash, 2246822519) >>> 0;
    hash = (hash ^ (hash >>> 13)) >>> 0;
    values[index] = scaled(hash / 2 ** 31 - 1);
  }
  return values;
}

/** `count` images in 0..1. */
export function patternImages(plan: NetworkPlan, count: number): Float32Array {
  return pattern(count * plan.input.reduce((product, side) => product * side, 1), 1000, (value) => (value + 1) / 2);
}

/** As `fill` in pattern.py, which counts PyTorch's `num_batches_tracked` among the tensors. */
export function patternWeights(plan: NetworkPlan, gain = 1): NamedTensors {
  let salt = 0;
  const entries = plan.parameters.map((parameter) => {
    const { name, kind, shape } = parameter;
    const count = shape.reduce((product, size) => product * size, 1);
    const data = pattern(count, salt, scaling(parameter, gain / Math.sqrt(count / (shape[0] ?? 1))));
    salt += kind === 'runningVariance' ? 2 : 1;
    return [name, { shape, data }] as const;
  });
  return new Map(entries);
}

function scaling({ kind }: ParameterPlan, bound: number): (value: number) => number {
  switch (kind) {
    case 'weight':
      return (value) => value * bound;
    case 'runningVariance':
      return (value) => 1 + value / 2;
    case 'normWeight':
      return (value) => 1 + value / 4;
    default:
      return (value) => value / 10;
  }
}

/** The largest difference, as a share of the largest expected value, is below `relative`. */
export function expectClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  relative: number,
  what: string,
  scale = Math.max(...Array.from(expected, Math.abs)),
): void {
  expect(actual.length, what).toBe(expected.length);
  const worst = Math.max(...Array.from(expected, (value, index) => Math.abs(value - (actual[index] ?? NaN))));
  expect(worst / scale, what).toBeLessThan(relative);
}
