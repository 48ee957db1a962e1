import { describe, expect, it } from 'vitest';
import { createTransform } from '../../../src/engine/training/augmentation/index';
import { blur } from '../../../src/engine/training/augmentation/blur';
import { changeColour } from '../../../src/engine/training/augmentation/colour';
import { placementOf, resample, type GeometricChange } from '../../../src/engine/training/augmentation/geometry';
import type { ImageShape } from '../../../src/engine/training/augmentation/image-shape';
import { randomStream } from '../../../src/shared/random';
import type { AugmentationSettings } from '../../../src/shared/settings';

const everything: AugmentationSettings = {
  rotate: 20,
  flipHorizontal: true,
  flipVertical: true,
  brightness: 0.2,
  contrast: 0.2,
  saturation: 0.3,
  crop: 0.3,
  blur: 1,
};
const unmoved: GeometricChange = { degrees: 0, flipHorizontal: false, flipVertical: false, window: [0, 0, 1, 1] };

function randomBatch(count: number, [channels, height, width]: ImageShape): Float32Array {
  const chance = randomStream(2, 'batch');
  return Float32Array.from({ length: count * channels * height * width }, () => chance.below(256) / 255);
}

function moved(image: Float32Array, shape: ImageShape, change: Partial<GeometricChange>): Float32Array {
  const result = new Float32Array(image.length);
  resample(image, result, shape, placementOf({ ...unmoved, ...change }, shape));
  return result;
}

/** A row of a batch after epoch and place. */
function once(settings: AugmentationSettings, epoch: number, place: number, seed = 0): Float32Array {
  const transform = createTransform({ augment: settings }, [3, 9, 7], seed);
  return transform?.apply(randomBatch(1, [3, 9, 7]), 1, epoch, [place]).target.slice() ?? new Float32Array();
}

describe('augmentation', () => {
  it('is nothing at all when nothing is asked for', () => {
    expect(createTransform({}, [1, 8, 8], 0)).toBeUndefined();
    expect(createTransform({ augment: { rotate: 0, flipVertical: false } }, [1, 8, 8], 0)).toBeUndefined();
    const never = { kind: 'mask', probability: 0, amount: 0.5 } as const;
    expect(createTransform({ denoise: never }, [1, 8, 8], 0)).toBeUndefined();
  });

  it('changes an image by seed, epoch and image, not by the batch it comes in', () => {
    const shape = [3, 9, 7] as const;
    const batch = randomBatch(5, shape);
    const size = 3 * 9 * 7;
    const transform = createTransform({ augment: everything }, shape, 4);
    const together = transform?.apply(batch, 5, 2, [10, 11, 12, 13, 14]).target.slice();
    // Another order, after other calls, and as a single image.
    transform?.apply(batch, 5, 1, [0, 1, 2, 3, 4]);
    const alone = transform?.apply(batch.subarray(3 * size, 4 * size), 1, 2, [13]).target.slice();
    expect(alone).toEqual(together?.slice(3 * size, 4 * size));
  });

  it('differs between epochs, images and seeds', () => {
    const first = once(everything, 1, 0);
    expect(once(everything, 1, 0)).toEqual(first);
    for (const other of [once(everything, 2, 0), once(everything, 1, 1), once(everything, 1, 0, 1)]) {
      expect(other).not.toEqual(first);
    }
  });

  it('turns and flips an image the same whether its colours change as well or not', () => {
    const { brightness, contrast, saturation, blur: widest, ...geometry } = everything;
    expect([brightness, contrast, saturation, widest]).not.toContain(undefined);
    const plain = once(geometry, 1, 5);
    const lit = once({ ...geometry, brightness: 1e-6 }, 1, 5);
    lit.forEach((value, place) => expect(value).toBeCloseTo(plain[place] ?? NaN, 5));
  });

  it('gives input and target as the same array, within 0 and 1, and leaves the originals alone', () => {
    const shape = [3, 16, 12] as const;
    const batch = randomBatch(6, shape);
    const before = batch.slice();
    const changed = createTransform({ augment: everything }, shape, 0)?.apply(batch, 6, 1, [0, 1, 2, 3, 4, 5]);
    expect(changed?.input).toBe(changed?.target);
    expect(changed?.target.every((value) => value >= 0 && value <= 1)).toBe(true);
    expect(changed?.target).not.toEqual(before);
    expect(batch).toEqual(before);
  });

  it('flips about half of the images and moves every pixel whole', () => {
    const shape = [1, 2, 3] as const;
    const image = Float32Array.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.6);
    const transform = createTransform({ augment: { flipHorizontal: true, flipVertical: true } }, shape, 0);
    const seen = new Map<string, number>();
    for (let place = 0; place < 400; place++) {
      const key =
        transform
          ?.apply(image, 1, 1, [place])
          .target.map((value) => Math.round(value * 10))
          .join('') ?? '';
      seen.set(key, (seen.get(key) ?? 0) + 1);
    }
    expect([...seen.keys()].sort()).toEqual(['123456', '321654', '456123', '654321']);
    for (const count of seen.values()) expect(count).toBeGreaterThan(70);
  });
});

describe('moving pixels', () => {
  const shape = [1, 3, 3] as const;
  const image = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9);

  it('keeps an image that is not moved to the last bit', () => {
    const batch = randomBatch(1, [3, 8, 5]);
    expect(moved(batch, [3, 8, 5], {})).toEqual(batch);
  });

  it('turns counter-clockwise around the middle', () => {
    const quarter = moved(image, shape, { degrees: 90 });
    [3, 6, 9, 2, 5, 8, 1, 4, 7].forEach((value, place) => expect(quarter[place]).toBeCloseTo(value, 5));
  });

  it('turns all channels alike', () => {
    const two = Float32Array.of(...image, ...image.map((value) => 10 - value));
    const turned = moved(two, [2, 3, 3], { degrees: 33 });
    for (let place = 0; place < 9; place++) {
      expect((turned[place] ?? 0) + (turned[9 + place] ?? 0)).toBeCloseTo(10, 5);
    }
  });

  it('blends between pixels and repeats the edge beyond them', () => {
    // The right half, twice as wide: samples at x = 1.25, 1.75, 2.25 (beyond the edge at 2).
    const half = moved(Float32Array.of(0, 1, 2), [1, 1, 3], { window: [0.5, 0, 0.5, 1] });
    [1.25, 1.75, 2].forEach((value, place) => expect(half[place]).toBeCloseTo(value, 5));
  });

  it('turns, flips and crops as grid_sample does in PyTorch with repeated borders', () => {
    const squares = Float32Array.from({ length: 12 }, (_, place) => place ** 2 / 121);
    const change = { degrees: 30, flipHorizontal: true, window: [0.1, 0.05, 0.8, 0.9] } as const;
    const recorded = [
      0.344616, 0.164775, 0.028132, 0.007527, 0.694201, 0.387312, 0.178874, 0.068886, 0.841933, 0.721605, 0.441372,
      0.204336,
    ];
    const result = moved(squares, [1, 3, 4], change);
    recorded.forEach((value, place) => expect(result[place]).toBeCloseTo(value, 5));
  });

  it('keeps a plain image plain, whatever is done to it', () => {
    const plain = new Float32Array(3 * 20 * 11).fill(0.25);
    const turned = moved(plain, [3, 20, 11], { degrees: 77, flipVertical: true, window: [0.1, 0.2, 0.5, 0.6] });
    turned.forEach((value) => expect(value).toBeCloseTo(0.25, 6));
  });
});

describe('blur', () => {
  it('spreads a point as the bell curve does, in all directions alike, and loses nothing', () => {
    const image = new Float32Array(15 * 15);
    image[7 * 15 + 7] = 1;
    blur(image, [1, 15, 15], 1.5, new Float32Array(15 * 15));
    const at = (x: number, y: number) => image[(7 + y) * 15 + 7 + x] ?? NaN;
    expect(at(2, 0) / at(0, 0)).toBeCloseTo(Math.exp(-4 / (2 * 1.5 ** 2)), 5);
    expect(at(2, 1)).toBeCloseTo(at(-1, -2), 7);
    expect(image.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5);
  });

  it.each([
    [3, 11],
    [8, 5],
    [6, 2],
  ])(
    'weighs, in %i rows of %i, each pixel’s neighbours by their distance, beyond the edge the edge itself',
    (height, width) => {
      const image = randomBatch(1, [1, height, width]);
      const before = image.slice();
      const deviation = 0.8;
      blur(image, [1, height, width], deviation, new Float32Array(height * width));
      const away = Array.from({ length: 7 }, (_, place) => place - 3);
      const weight = (steps: number) => Math.exp(-(steps ** 2) / (2 * deviation ** 2));
      const total = away.reduce((sum, steps) => sum + weight(steps), 0) ** 2;
      const inside = (place: number, length: number) => Math.min(length - 1, Math.max(0, place));
      image.forEach((value, place) => {
        const [row, column] = [Math.floor(place / width), place % width];
        let sum = 0;
        for (const y of away) {
          for (const x of away) {
            const neighbour = before[inside(row + y, height) * width + inside(column + x, width)] ?? NaN;
            sum += weight(y) * weight(x) * neighbour;
          }
        }
        expect(value).toBeCloseTo(sum / total, 5);
      });
    },
  );

  it('neither darkens nor brightens the edges', () => {
    const image = new Float32Array(2 * 6 * 5).fill(0.5);
    blur(image, [2, 6, 5], 4, new Float32Array(30));
    image.forEach((value) => expect(value).toBeCloseTo(0.5, 6));
  });
});

describe('colours', () => {
  const unchanged = { brightness: 1, contrast: 1, saturation: 1 };

  it('multiplies by the brightness and clamps', () => {
    const image = Float32Array.of(0.25, 0.5, 0.75);
    changeColour(image, [1, 1, 3], { ...unchanged, brightness: 1.5 });
    expect([...image]).toEqual([0.375, 0.75, 1]);
  });

  it('stretches the distance from the mean grey', () => {
    const image = Float32Array.of(0.2, 0.4, 0.6);
    changeColour(image, [1, 1, 3], { ...unchanged, contrast: 0.5 });
    [0.3, 0.4, 0.5].forEach((value, place) => expect(image[place]).toBeCloseTo(value, 6));
  });

  it('takes the colour out of a pixel without touching its luma', () => {
    const image = Float32Array.of(0.9, 0.4, 0.1);
    changeColour(image, [3, 1, 1], { ...unchanged, saturation: 0 });
    for (const value of image) expect(value).toBeCloseTo(0.2989 * 0.9 + 0.587 * 0.4 + 0.114 * 0.1, 6);
  });

  it('does all three in order, as the same blends in PyTorch do', () => {
    const image = Float32Array.of(0.1, 0.8, 0.3, 0.95, 0.6, 0.2);
    changeColour(image, [3, 1, 2], { brightness: 1.2, contrast: 0.7, saturation: 1.5 });
    const recorded = [0.195351, 0.877139, 0.447351, 0.919139, 0.825351, 0.121139];
    recorded.forEach((value, place) => expect(image[place]).toBeCloseTo(value, 5));
  });
});
