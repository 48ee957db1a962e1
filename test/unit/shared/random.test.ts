import { describe, expect, it } from 'vitest';
import { permutation, randomStream } from '../../../src/shared/random';

const images = 4000;
const fine = 2 ** 24;

/** The first `draws` draws, in [0, 1), of the streams of images 0 … images − 1. */
function firstDraws(draws: number, seed = 0): number[][] {
  return Array.from({ length: images }, (_, place) => {
    const stream = randomStream(seed, `denoise 1/${place}`);
    return Array.from({ length: draws }, () => stream.below(fine) / fine);
  });
}

/** Pearson's, of two lists of equal length. */
function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  const product = (x: readonly number[], meanX: number, y: readonly number[], meanY: number) =>
    x.reduce((sum, value, place) => sum + (value - meanX) * ((y[place] ?? 0) - meanY), 0);
  return product(a, meanA, b, meanB) / Math.sqrt(product(a, meanA, a, meanA) * product(b, meanB, b, meanB));
}

/** Of independent draws: five standard deviations. */
const chance = 5 / Math.sqrt(images);

describe('streams whose names differ in their last digit', () => {
  it.each([0, 1, 2, 3])('draw %d is spread evenly over neighbouring images', (draw) => {
    const draws = firstDraws(4).map((values) => values[draw] ?? NaN);
    for (const blockStart of [0, 40, 1000, 3960]) {
      const below = draws.slice(blockStart, blockStart + 40).filter((value) => value < 0.5).length;
      expect(below).toBeGreaterThan(5);
      expect(below).toBeLessThan(35);
    }
    const bins = new Array<number>(16).fill(0);
    for (const value of draws) bins[Math.floor(value * 16)] = (bins[Math.floor(value * 16)] ?? 0) + 1;
    const expected = images / 16;
    const chiSquare = bins.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    expect(chiSquare).toBeLessThan(45); // one in 10,000 of fair draws is above
  });

  it.each([1, 2, 9, 10])('do not follow the image %d places before', (distance) => {
    const draws = firstDraws(4);
    for (const earlier of [0, 1, 3]) {
      for (const later of [0, 1, 3]) {
        const column = (draw: number) => draws.map((values) => values[draw] ?? NaN);
        const pair = [column(earlier).slice(0, -distance), column(later).slice(distance)] as const;
        expect(Math.abs(correlation(...pair))).toBeLessThan(chance);
      }
    }
  });

  it('have draws that say nothing of one another', () => {
    const draws = firstDraws(4);
    const column = (draw: number) => draws.map((values) => values[draw] ?? NaN);
    expect(Math.abs(correlation(column(0), column(1)))).toBeLessThan(chance);
    expect(Math.abs(correlation(column(1), column(2)))).toBeLessThan(chance);
  });

  it('are all different, by name and by seed', () => {
    const beginnings = new Set<string>();
    for (const seed of [0, 1]) for (const draws of firstDraws(4, seed)) beginnings.add(draws.join());
    expect(beginnings.size).toBe(2 * images);
  });
});

describe('a stream', () => {
  it('is the same whenever it is asked for, on every machine', () => {
    const stream = randomStream(7, 'split');
    const draws = Array.from({ length: 3 }, () => stream.below(1_000_000));
    const again = randomStream(7, 'split');
    expect(Array.from({ length: 3 }, () => again.below(1_000_000))).toEqual(draws);
    expect(draws).toEqual([353535, 930612, 83670]);
  });

  it('draws from a standard normal distribution', () => {
    const stream = randomStream(0, 'normal');
    const draws = Array.from({ length: 20_000 }, () => stream.normal());
    const mean = draws.reduce((sum, value) => sum + value, 0) / draws.length;
    const variance = draws.reduce((sum, value) => sum + (value - mean) ** 2, 0) / draws.length;
    expect(mean).toBeCloseTo(0, 1);
    expect(variance).toBeCloseTo(1, 1);
  });

  it('shuffles every place into every other', () => {
    const order = permutation(50, randomStream(3, 'epoch 1'));
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, place) => place));
    const landed = new Set(
      Array.from({ length: 400 }, (_, epoch) => permutation(10, randomStream(0, `epoch ${epoch}`))[0]),
    );
    expect(landed.size).toBe(10);
  });
});
