import { describe, expect, it } from 'vitest';
import { imageLosses, type ImageLossOptions } from '../../../src/engine/training/loss';
import { gaussianWindow, structuralSimilarity } from '../../../src/engine/training/structural-similarity';
import { randomStream } from '../../../src/shared/random';

/** Two images of two values. */
const targets = Float32Array.of(0, 1, 0.5, 0.25);
const predictions = Float32Array.of(0.25, 0.5, 0.5, 0.75);

function lossesOf(options: Omit<ImageLossOptions, 'shape'>): Float32Array {
  return imageLosses({ ...options, shape: [1, 1, 2] }, targets, predictions, 2);
}

function expectClose(actual: Float32Array, expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  for (const [place, loss] of expected.entries()) expect(actual[place]).toBeCloseTo(loss, 6);
}

describe('the loss of an image outside of the graph', () => {
  it('is the mean over its values', () => {
    expectClose(lossesOf({ loss: 'mse' }), [(0.0625 + 0.25) / 2, 0.125]);
    expectClose(lossesOf({ loss: 'l1' }), [0.375, 0.25]);
  });

  it('is that of the network’s own range', () => {
    expectClose(lossesOf({ loss: 'mse', range: '-1..1' }), [(4 * (0.0625 + 0.25)) / 2, 0.5]);
    expectClose(lossesOf({ loss: 'l1', range: '-1..1' }), [0.75, 0.5]);
  });

  it('is the binary cross-entropy with bounded logarithms', () => {
    const second = (-Math.log(0.5) - 0.25 * Math.log(0.75) - 0.75 * Math.log(0.25)) / 2;
    expectClose(lossesOf({ loss: 'bce' }), [(-Math.log(0.75) - Math.log(0.5)) / 2, second]);
    const shape = [1, 1, 2] as const;
    expectClose(imageLosses({ loss: 'bce', shape }, Float32Array.of(0, 1), Float32Array.of(1, 1), 1), [50]);
  });

  it('is the focal loss of the digits’ system', () => {
    const term = (likelihood: number) => -2 * Math.log(likelihood) * (1 - likelihood) ** 0.25;
    expectClose(lossesOf({ loss: 'focal' }), [(term(0.75) + term(0.5)) / 2, (term(0.5) + term(0.75)) / 2]);
    expectClose(lossesOf({ loss: 'focal', focal: { alpha: 1, gamma: 0, threshold: 0.6 } }).subarray(0, 1), [
      (-Math.log(0.75) - Math.log(0.5)) / 2,
    ]);
  });

  it('stays a number where the focal loss draws with certainty', () => {
    const shape = [1, 1, 2] as const;
    const [loss] = imageLosses({ loss: 'focal', shape }, Float32Array.of(1, 0), Float32Array.of(1, 1), 1);
    expect(loss).toBeGreaterThan(10);
    expect(Number.isFinite(loss)).toBe(true);
  });
});

describe('structural similarity', () => {
  const shape = [3, 16, 13] as const;
  const stream = randomStream(1, 'ssim');
  const image = Float32Array.from({ length: 3 * 16 * 13 }, () => stream.below(256) / 255);

  it('is 1 of an image with itself and falls as another differs more', () => {
    expect(structuralSimilarity(image, image, shape)).toBeCloseTo(1, 12);
    const mixed = (share: number) => image.map((value) => (1 - share) * value + share * 0.5);
    const [little, much] = [
      structuralSimilarity(image, mixed(0.2), shape),
      structuralSimilarity(image, mixed(0.8), shape),
    ];
    expect(little).toBeLessThan(1);
    expect(much).toBeLessThan(little);
    expect(imageLosses({ loss: 'ssim', shape }, image, mixed(0.8), 1)[0]).toBeCloseTo(1 - much, 6);
  });

  it('is what the formula says of two flat images', () => {
    const [a, b] = [new Float32Array(121).fill(0.2), new Float32Array(121).fill(0.6)];
    const expected = (2 * 0.2 * 0.6 + 1e-4) / (0.04 + 0.36 + 1e-4);
    expect(structuralSimilarity(a, b, [1, 11, 11])).toBeCloseTo(expected, 6);
  });

  it('shrinks its window to the largest odd one that fits', () => {
    expect(gaussianWindow(28, 32)).toHaveLength(11);
    expect(gaussianWindow(10, 32)).toHaveLength(9);
    expect(gaussianWindow(1, 2)).toHaveLength(1);
    expect(gaussianWindow(7, 9).reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
  });
});
