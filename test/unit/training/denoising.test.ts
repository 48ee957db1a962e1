import { describe, expect, it } from 'vitest';
import {
  imageStream,
  normalQuantiles,
  QuickBits,
  shareBelow,
  uniform,
} from '../../../src/engine/training/augmentation/chance';
import { createTransform, type TransformedBatch } from '../../../src/engine/training/augmentation/index';
import type { ImageShape } from '../../../src/engine/training/augmentation/image-shape';
import { randomStream } from '../../../src/shared/random';
import type { DenoisingSettings } from '../../../src/shared/settings';

const shape: ImageShape = [3, 32, 32];
const area = 32 * 32;
const count = 40;
/** As float32 has it. */
const plain = Math.fround(0.4);

/** Grey images of one level, corrupted. */
function corrupt(denoise: DenoisingSettings, level = plain, epoch = 1): TransformedBatch {
  const batch = new Float32Array(count * 3 * area).fill(level);
  const places = Array.from({ length: count }, (_, place) => place);
  const transform = createTransform({ denoise }, shape, 0);
  if (!transform) throw new Error('nothing would be corrupted');
  return transform.apply(batch, count, epoch, places);
}

function imagesOf({ input }: TransformedBatch): Float32Array[] {
  return Array.from({ length: count }, (_, row) => input.subarray(row * 3 * area, (row + 1) * 3 * area));
}

function shareOf(values: Float32Array, holds: (value: number) => boolean): number {
  return values.filter(holds).length / values.length;
}

/** Quicker on large arrays than the matcher. */
function isSame(a: Float32Array, b: Float32Array): boolean {
  return a.length === b.length && a.every((value, place) => value === b[place]);
}

function deviation(values: Float32Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

describe('the input of a denoising network', () => {
  const kinds = ['mask', 'gaussian', 'salt-and-pepper', 'coarse', 'erase'] as const;

  for (const kind of kinds) {
    it(`is corrupted while the target stays clean: ${kind}`, () => {
      const batch = corrupt({ kind, probability: 1, amount: 0.3 });
      expect(batch.target.every((value) => value === plain)).toBe(true);
      for (const image of imagesOf(batch)) {
        expect(image.some((value) => value !== plain)).toBe(true);
        expect(image.every((value) => value >= 0 && value <= 1)).toBe(true);
      }
    });

    it(`is corrupted anew in every epoch, and the same way twice in one: ${kind}`, () => {
      const denoise = { kind, probability: 1, amount: 0.3 };
      const first = corrupt(denoise).input.slice();
      expect(isSame(corrupt(denoise).input, first)).toBe(true);
      expect(isSame(corrupt(denoise, plain, 2).input, first)).toBe(false);
    });
  }

  it('is left clean in the share of the images that the probability says', () => {
    const touched = imagesOf(corrupt({ kind: 'mask', probability: 0.5, amount: 0.5 })).filter((image) =>
      image.some((value) => value !== plain),
    );
    expect(touched.length).toBeGreaterThan(count * 0.25);
    expect(touched.length).toBeLessThan(count * 0.75);
  });

  it('loses the pixels of a mask as a whole, as many as normal draws fall below the cut', () => {
    const [lost, kept] = [0.6915, 0.3085];
    const batch = corrupt({ kind: 'mask', probability: 1, amount: 0.5 });
    expect(shareOf(batch.input, (value) => value === 0)).toBeCloseTo(lost, 2);
    expect(shareOf(batch.input, (value) => value === plain)).toBeCloseTo(kept, 2);
    for (const image of imagesOf(batch)) {
      const [red, green, blue] = [0, 1, 2].map((channel) => image.subarray(channel * area, (channel + 1) * area));
      if (!red || !green || !blue) throw new Error('a channel is missing');
      expect(isSame(green, red) && isSame(blue, red)).toBe(true);
    }
  });

  it('has Gaussian noise of the wanted deviation, independent in every channel', () => {
    const [image] = imagesOf(corrupt({ kind: 'gaussian', probability: 1, amount: 0.1 }));
    if (!image) throw new Error('no image');
    expect(deviation(image)).toBeCloseTo(0.1, 2);
    const product = Array.from({ length: area }, (_, pixel) => {
      const of = (channel: number) => (image[channel * area + pixel] ?? 0) - plain;
      return of(0) * of(1);
    });
    expect(Math.abs(product.reduce((sum, value) => sum + value, 0)) / area / 0.01).toBeLessThan(0.15);
  });

  it('has as much salt as pepper', () => {
    const { input } = corrupt({ kind: 'salt-and-pepper', probability: 1, amount: 0.2 });
    expect(shareOf(input, (value) => value === 0)).toBeCloseTo(0.1, 2);
    expect(shareOf(input, (value) => value === 1)).toBeCloseTo(0.1, 2);
  });

  it('has coarse noise that is constant in blocks of an eighth of the side', () => {
    const batch = corrupt({ kind: 'coarse', probability: 1, amount: 0.1 });
    for (const image of imagesOf(batch)) {
      const row = image.subarray(0, 32);
      const changes = Array.from(row.keys()).filter((place) => place > 0 && row[place] !== row[place - 1]);
      expect(new Set(changes.map((place) => place % 4)).size).toBe(1);
      expect(changes.length).toBeGreaterThanOrEqual(7);
    }
    expect(deviation(batch.input)).toBeCloseTo(0.1, 2);
  });

  it('lacks a rectangle no longer than wanted, which lies inside the image', () => {
    const sides = new Set<number>();
    for (const image of imagesOf(corrupt({ kind: 'erase', probability: 1, amount: 0.25 }, 1))) {
      const erased = [...image.subarray(0, area).keys()].filter((pixel) => image[pixel] === 0.5);
      const columns = new Set(erased.map((pixel) => pixel % 32));
      const rows = new Set(erased.map((pixel) => Math.floor(pixel / 32)));
      expect(erased).toHaveLength(rows.size * columns.size);
      expect(Math.max(rows.size, columns.size)).toBeLessThanOrEqual(8);
      sides.add(rows.size).add(columns.size);
    }
    expect(sides.size).toBeGreaterThan(4);
  });

  it('is made of the augmented image, not of the original', () => {
    const image = Float32Array.from({ length: 3 * area }, (_, place) => (place % 32) / 31);
    const both = { augment: { flipHorizontal: true }, denoise: { kind: 'mask', probability: 1, amount: 0 } } as const;
    const transform = createTransform(both, shape, 0);
    let flipped = 0;
    for (let place = 0; place < 20; place++) {
      const batch = transform?.apply(image, 1, 1, [place]);
      if (batch?.target[0] === 1) flipped++;
      expect(batch?.input.every((value, at) => value === 0 || value === batch.target[at])).toBe(true);
    }
    expect(flipped).toBeGreaterThan(2);
    expect(flipped).toBeLessThan(18);
  });

  it('survives images of a single pixel and amounts beyond all sense', () => {
    for (const kind of kinds) {
      const transform = createTransform({ denoise: { kind, probability: 1, amount: 10 } }, [1, 1, 1], 0);
      const { input } = transform?.apply(Float32Array.of(0.3), 1, 1, [0]) ?? { input: new Float32Array() };
      expect(input).toHaveLength(1);
      expect(input[0]).toBeGreaterThanOrEqual(0);
      expect(input[0]).toBeLessThanOrEqual(1);
    }
  });
});

describe('chance of images', () => {
  it('is independent between neighbouring images and epochs, in every draw', () => {
    const draws = (epoch: number, place: number) => {
      const stream = imageStream(0, 'denoise', epoch, place);
      return Array.from({ length: 4 }, () => uniform(stream) - 0.5);
    };
    const pairs = 2000;
    const correlations = new Array<number>(8).fill(0);
    for (let place = 0; place < pairs; place++) {
      const [own, next, later] = [draws(1, place), draws(1, place + 1), draws(2, place)];
      own.forEach((value, draw) => {
        correlations[draw] = (correlations[draw] ?? 0) + (12 * value * (next[draw] ?? 0)) / pairs;
        correlations[4 + draw] = (correlations[4 + draw] ?? 0) + (12 * value * (later[draw] ?? 0)) / pairs;
      });
    }
    for (const correlation of correlations) expect(Math.abs(correlation)).toBeLessThan(0.1);
  });
});

describe('chance in bulk', () => {
  it('has the quantiles of the standard normal distribution', () => {
    const values = normalQuantiles();
    // Φ⁻¹ at the middles of the steps, from tables.
    for (const [share, quantile] of [
      [0.975, 1.959964],
      [0.8413447, 1],
      [0.5, 0],
      [0.1, -1.281552],
      [0.001, -3.090232],
    ] as const) {
      expect(values[Math.floor(share * values.length)]).toBeCloseTo(quantile, 2);
    }
    expect(deviation(values)).toBeCloseTo(1, 3);
    expect(shareBelow(0.5)).toBeCloseTo(0.691462, 4);
    expect(shareBelow(-9)).toBe(0);
    expect(shareBelow(9)).toBe(1);
  });

  it('sets every bit about half of the time', () => {
    const bits = new QuickBits(randomStream(0, 'bits'));
    const set = new Array<number>(32).fill(0);
    const draws = 20_000;
    for (let draw = 0; draw < draws; draw++) {
      const word = bits.next();
      for (let bit = 0; bit < 32; bit++) set[bit] = (set[bit] ?? 0) + ((word >>> bit) & 1);
    }
    for (const times of set) expect(Math.abs(times / draws - 0.5)).toBeLessThan(0.02);
  });
});
