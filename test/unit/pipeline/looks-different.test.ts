import { describe, expect, test } from 'vitest';
import { looksDifferent } from '../../../src/engine/pipeline/looks-different';
import { randomStream } from '../../../src/shared/random';

const random = randomStream(3, 'looks different');
const bell = (count: number, mean = 0, deviation = 1) =>
  Float32Array.from({ length: count }, () => mean + deviation * random.normal());
const together = (...parts: readonly Float32Array[]) => Float32Array.from(parts.flatMap((part) => [...part]));

describe('Whether training sees the scored images as well', () => {
  const usual = bell(500);

  test('it does not where they are like the others but for a few, or for half of them', () => {
    expect(looksDifferent(usual, together(bell(490), bell(10, 8)))).toBe(false);
    expect(looksDifferent(usual, together(bell(250), bell(250, 8)))).toBe(false);
  });

  test('it does where some more are strange than anomalies are, and where nearly all are', () => {
    expect(looksDifferent(usual, together(bell(440), bell(60, 8)))).toBe(true);
    expect(looksDifferent(usual, bell(500, 8))).toBe(true);
  });

  test('it does where all were taken differently, though the share that is strange could be anomalies', () => {
    const shifted = together(bell(300, 2, 0.3), bell(150, 6));
    expect(looksDifferent(usual, shifted)).toBe(true);
    const asManyStrange = together(bell(200), bell(250, 6));
    expect(looksDifferent(usual, asManyStrange)).toBe(false);
  });
});
