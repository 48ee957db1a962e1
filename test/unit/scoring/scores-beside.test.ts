/** SSIM, the nearest codes and the mean image: scores to compare the others with. */
import { afterAll, describe, expect, it } from 'vitest';
import { OnnxMatrixMultiplier } from '../../../src/engine/compute/onnx/matrix';
import { PixelMoments } from '../../../src/engine/scoring/pixel-moments';
import type { NetworkBatch, NetworkScore, TrainingSample } from '../../../src/engine/scoring/score';
import { meanImageScore } from '../../../src/engine/scoring/scores/mean-image';
import { neighboursScore } from '../../../src/engine/scoring/scores/neighbours';
import { ssimScore } from '../../../src/engine/scoring/scores/ssim';
import { randomStream } from '../../../src/shared/random';

const multiplier = new OnnxMatrixMultiplier('cpu', 1);
afterAll(() => multiplier.dispose());

const nothing = { rows: 0, columns: 0, data: new Float32Array() };
const random = randomStream(11, 'scores beside');
const noise = (length: number) => Float32Array.from({ length }, () => random.below(1000) / 1000);

function sampleWith(part: Partial<TrainingSample>): TrainingSample {
  return {
    latents: nothing,
    features: { encoder: nothing, decoder: nothing, rebuilt: nothing, stage: nothing },
    stageRows: new Uint32Array(),
    losses: new Float32Array(),
    pixelVariance: new Float32Array(),
    pixels: { mean: new Float32Array(), variance: new Float32Array() },
    ...part,
  };
}

interface Made {
  readonly images?: Float32Array;
  readonly reconstruction?: Float32Array;
  readonly latent?: Float32Array;
  readonly sampleRows?: Int32Array;
}

async function scoresOf(
  score: NetworkScore,
  sample: Partial<TrainingSample>,
  count: number,
  shape: readonly [number, number, number],
  { images = new Float32Array(), reconstruction = images, latent = new Float32Array(), sampleRows }: Made,
): Promise<Float32Array> {
  const tools = { multiplier, shape };
  const batch: NetworkBatch = {
    count,
    images,
    squaredErrors: new Float32Array(),
    losses: new Float32Array(count),
    sampleRows: sampleRows ?? new Int32Array(count).fill(-1),
    output: { reconstruction, latent },
  };
  return score.evaluate(batch, (await score.fit?.(sampleWith(sample), tools)) ?? new Map(), tools);
}

/** By the definition, each window by itself. */
function plainDissimilarity(a: Float32Array, b: Float32Array, height: number, width: number, side: number): number {
  const found: number[] = [];
  for (let top = 0; top + side <= height; top++) {
    for (let left = 0; left + side <= width; left++) {
      const places = Array.from(
        { length: side * side },
        (_, place) => (top + Math.floor(place / side)) * width + left + (place % side),
      );
      const mean = (of: (place: number) => number) => places.reduce((sum, place) => sum + of(place), 0) / places.length;
      const [meanA, meanB] = [mean((place) => a[place] ?? 0), mean((place) => b[place] ?? 0)];
      const varianceA = mean((place) => ((a[place] ?? 0) - meanA) ** 2);
      const varianceB = mean((place) => ((b[place] ?? 0) - meanB) ** 2);
      const covariance = mean((place) => ((a[place] ?? 0) - meanA) * ((b[place] ?? 0) - meanB));
      const similarity =
        ((2 * meanA * meanB + 1e-4) * (2 * covariance + 9e-4)) /
        ((meanA ** 2 + meanB ** 2 + 1e-4) * (varianceA + varianceB + 9e-4));
      found.push(1 - similarity);
    }
  }
  return found.reduce((sum, value) => sum + value, 0) / found.length;
}

describe('the structure that is left', () => {
  it.each([
    [2, 12, 9, 7],
    [1, 4, 6, 3],
    [3, 7, 7, 7],
  ])('of %i channels of %i×%i pixels is SSIM over windows of %i pixels', async (channels, height, width, side) => {
    const plane = height * width;
    const [images, reconstruction] = [noise(2 * channels * plane), noise(2 * channels * plane)];
    const found = await scoresOf(ssimScore, {}, 2, [channels, height, width], { images, reconstruction });
    const expected = [0, 1].map((image) => {
      const planes = Array.from({ length: channels }, (_, channel) => (image * channels + channel) * plane);
      const values = planes.map((start) =>
        plainDissimilarity(
          images.subarray(start, start + plane),
          reconstruction.subarray(start, start + plane),
          height,
          width,
          side,
        ),
      );
      return values.reduce((sum, value) => sum + value, 0) / channels;
    });
    expect(found[0]).toBeCloseTo(expected[0] ?? NaN, 5);
    expect(found[1]).toBeCloseTo(expected[1] ?? NaN, 5);
  });

  it('is all of it in an image that is drawn as it is', async () => {
    const [score] = await scoresOf(ssimScore, {}, 1, [1, 16, 16], { images: noise(256) });
    expect(score).toBeCloseTo(0, 6);
  });
});

describe('the nearest codes', () => {
  const rows = 60;
  const codes = Float32Array.from({ length: rows * 2 }, (_, place) => (place % 2 === 0 ? 100 : 1) * random.normal());
  const latents = { rows, columns: 2, data: codes };

  it('are the five that lie nearest, elements in their own deviations', async () => {
    const latent = Float32Array.of(30, 2, 4000, 0);
    const found = await scoresOf(neighboursScore, { latents }, 2, [1, 1, 1], { latent });
    const deviation = (of: 0 | 1) => {
      const values = Array.from({ length: rows }, (_, row) => codes[2 * row + of] ?? 0);
      const mean = values.reduce((sum, value) => sum + value, 0) / rows;
      return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / rows);
    };
    const distances = Array.from({ length: rows }, (_, row) =>
      Math.hypot(((codes[2 * row] ?? 0) - 30) / deviation(0), ((codes[2 * row + 1] ?? 0) - 2) / deviation(1)),
    ).sort((one, other) => one - other);
    expect(found[0]).toBeCloseTo(distances.slice(0, 5).reduce((sum, distance) => sum + distance, 0) / 5, 2);
    expect(found[1]).toBeGreaterThan(10 * (found[0] ?? NaN));
  });

  it('of an image that was learned from are those of others', async () => {
    const latent = codes.slice(0, 2);
    const [asItself] = await scoresOf(neighboursScore, { latents }, 1, [1, 1, 1], {
      latent,
      sampleRows: Int32Array.of(0),
    });
    const [asAnother] = await scoresOf(neighboursScore, { latents }, 1, [1, 1, 1], { latent });
    expect(asItself).toBeGreaterThan(asAnother ?? NaN);
  });

  it('are none where there are too few images', async () => {
    const few = { rows: 5, columns: 2, data: codes.slice(0, 10) };
    expect((await neighboursScore.fit?.(sampleWith({ latents: few }), { multiplier, shape: [1, 1, 1] }))?.size).toBe(0);
  });
});

it('an image as far from the mean image as images usually are is at one, by variances of each pixel', async () => {
  const moments = new PixelMoments(2);
  moments.add(Float32Array.of(0, 0.4, 1, 0.6), 2);
  moments.add(Float32Array.of(0, 0.4, 1, 0.6), 2);
  const pixels = moments.result();
  const images = Float32Array.of(1, 0.6, 0.5, 0.5, 0.5, 1);
  const [usual, mean, odd] = await scoresOf(meanImageScore, { pixels }, 3, [1, 1, 2], { images });
  expect(usual).toBeCloseTo(1, 1);
  expect(mean).toBeCloseTo(0, 5);
  expect(odd).toBeGreaterThan(10);
});
