import { describe, expect, it } from 'vitest';
import { separation } from '../../../src/engine/training/separation';
import { randomStream } from '../../../src/shared/random';

/** Losses spread like exp of a normal distribution, the last `odd` of them `factor` times as large. */
function losses(count: number, odd = 0, factor = 1): Float32Array {
  const stream = randomStream(5, 'losses');
  return Float32Array.from({ length: count }, (_, place) => {
    const usual = 0.01 * Math.exp(0.2 * stream.normal());
    return place >= count - odd ? factor * usual : usual;
  });
}

describe('separation', () => {
  it.each([100, 2000])('sees five odd images among %i', (count) => {
    expect(separation(losses(count))).toBeLessThan(4);
    expect(separation(losses(count, 5, 20))).toBeGreaterThan(10);
  });

  it('sees a whole hundredth, and is not moved by one image alone in a large folder', () => {
    expect(separation(losses(1000, 15, 20))).toBeGreaterThan(10);
    expect(separation(losses(1000, 1, 1e6))).toBeLessThan(5);
  });

  it('does not depend on the unit of the losses', () => {
    const some = losses(200, 5, 20);
    expect(separation(some.map((loss) => 4 * loss))).toBeCloseTo(separation(some), 4);
  });

  it('is 0 of losses that are all the same, and of one', () => {
    expect(separation(new Float32Array(50).fill(0.25))).toBe(0);
    expect(separation(Float32Array.of(0.25))).toBe(0);
  });
});
