import { describe, expect, it } from 'vitest';
import { ownTail } from '../../../src/shared/own-tail';
import { randomStream } from '../../../src/shared/random';
import { sortedNumbers } from '../../../src/shared/statistics';
import { tailOf, tailQuantile } from '../../../src/shared/tail';

/** `usual` exponential scores of mean 1, and odd ones about `center`. */
function folder(usual: number, odd: number, { seed = 0, center = 10 } = {}): Float64Array {
  const random = randomStream(seed, 'tail');
  return sortedNumbers([
    ...Array.from({ length: usual }, () => -Math.log((random.below(1e6) + 1) / 1e6)),
    ...Array.from({ length: odd }, () => center + (center / 3) * random.normal()),
  ]);
}

/** Of the exponential distribution with mean 1. */
const trueLine = -Math.log(0.01);

describe('the tail of a folder that holds many odd images', () => {
  it.each([
    [900, 100],
    [800, 200],
    [700, 300],
    [140, 60],
  ])('is that of the %i usual ones beside %i others', (usual, odd) => {
    for (let seed = 0; seed < 5; seed++) {
      const tail = ownTail(folder(usual, odd, { seed }));
      expect(tail.apart).toBeCloseTo(odd / (usual + odd), 1);
      expect(tailQuantile(tail, 0.01) / trueLine).toBeGreaterThan(0.65);
      expect(tailQuantile(tail, 0.01) / trueLine).toBeLessThan(1.35);
      expect(Math.abs(tail.median - Math.LN2)).toBeLessThan(0.3);
    }
  });

  it('is the same for a thousand times as many', () => {
    const few = ownTail(folder(1600, 400));
    const many = ownTail(folder(160_000, 40_000));
    expect(many.apart).toBeCloseTo(few.apart ?? NaN, 1);
    expect(Math.abs(many.ninetieth / few.ninetieth - 1)).toBeLessThan(0.1);
  });
});

describe('the tail of a folder without a group of odd images', () => {
  const quantiles = (count: number, of: (share: number) => number) =>
    Float64Array.from({ length: count }, (_, place) => of((place + 0.5) / count));
  const bell = (count: number) => {
    const random = randomStream(1, 'bell');
    return sortedNumbers(Array.from({ length: count }, () => random.normal()));
  };
  it.each([
    ['exponential', quantiles(1000, (share) => -Math.log(1 - share))],
    ['a bell', bell(1000)],
    ['lognormal', bell(1000).map(Math.exp)],
    ['a power', quantiles(1000, (share) => (1 - share) ** (-1 / 3))],
    ['mostly zero', quantiles(1000, (share) => Math.max(0, -Math.log(2 * (1 - share))))],
    ['with a few far out', folder(1000, 20)],
    ['even', quantiles(1000, (share) => share)],
    ['equal', new Float64Array(100)],
    ['few', Float64Array.of(1, 2, 3, 100, 101, 102)],
    ['none', new Float64Array()],
    ['more odd than usual', folder(300, 700)],
  ])('is told by two quantiles: %s', (_, sorted) => {
    expect(ownTail(sorted)).toEqual(tailOf(sorted));
  });

  it('stays so in small folders, but for one in a hundred', () => {
    const seen = Array.from({ length: 300 }, (_, seed) => ownTail(folder(80, 0, { seed })).apart);
    expect(seen.filter((share) => share !== undefined).length).toBeLessThanOrEqual(3);
  });

  it('takes a score without bounds as it is', () => {
    const sorted = Float64Array.of(...folder(1000, 0), Number.MAX_VALUE, Infinity);
    expect(ownTail(sorted).apart).toBeUndefined();
  });
});
