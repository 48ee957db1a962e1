/** Ten ways to spoil an image, so that folders with known anomalies can be made of any images. */
import type { RandomStream } from '../../src/shared/random';

/** [height, width, channels], 0–255. */
export interface Pixels {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly data: Uint8Array;
}

type Corruption = (image: Pixels, random: RandomStream) => Uint8Array;

export const corruptions: Readonly<Record<string, Corruption>> = {
  noisePatch: (image, random) => {
    const side = Math.round(0.4 * image.width);
    const top = random.below(image.height - side + 1);
    const left = random.below(image.width - side + 1);
    return mapPixels(image, (value, y, x) =>
      y >= top && y < top + side && x >= left && x < left + side ? random.below(256) : value,
    );
  },
  erasedStripe: (image, random) => {
    const thickness = Math.max(2, Math.round(0.2 * image.height));
    const top = random.below(image.height - thickness + 1);
    return mapPixels(image, (value, y) => (y >= top && y < top + thickness ? 0 : value));
  },
  inverted: (image) => mapPixels(image, (value) => 255 - value),
  halvesSwapped: (image) => {
    const half = image.height >> 1;
    return mapPixels(image, (_value, y, x, channel) => valueAt(image, (y + half) % image.height, x, channel));
  },
  saltAndPepper: (image, random) =>
    mapPixels(image, (value) => {
      const draw = random.below(100);
      return draw < 6 ? 0 : draw < 12 ? 255 : value;
    }),
  brightLine: (image, random) => {
    const row = random.below(image.height);
    return mapPixels(image, (value, y) => (Math.abs(y - row) < image.height / 28 ? 255 : value));
  },
  constant: (image, random) => {
    const level = random.below(256);
    return image.data.map(() => level);
  },
  blurred: (image) => boxBlur(image, Math.max(2, Math.round(image.width / 9))),
  lowContrast: (image) => {
    const mean = image.data.reduce((sum, value) => sum + value, 0) / image.data.length;
    return image.data.map((value) => Math.round(mean + 0.25 * (value - mean)));
  },
  shuffledBlocks: (image, random) => {
    const turn = 1 + random.below(3);
    const blockHeight = image.height >> 1;
    const blockWidth = image.width >> 1;
    return mapPixels(image, (value, y, x, channel) => {
      const row = Math.floor(y / blockHeight);
      const column = Math.floor(x / blockWidth);
      if (row > 1 || column > 1) return value;
      const from = (2 * row + column + turn) % 4;
      return valueAt(
        image,
        (from >> 1) * blockHeight + (y % blockHeight),
        (from & 1) * blockWidth + (x % blockWidth),
        channel,
      );
    });
  },
};

/** Spoils the image in the way of its turn. */
export function corrupt(image: Pixels, turn: number, random: RandomStream): Pixels {
  const all = Object.values(corruptions);
  const corruption = all[turn % all.length];
  return corruption ? { ...image, data: corruption(image, random) } : image;
}

function mapPixels(
  image: Pixels,
  change: (value: number, y: number, x: number, channel: number) => number,
): Uint8Array {
  const { channels, width } = image;
  return image.data.map((value, place) => {
    const pixel = Math.floor(place / channels);
    return change(value, Math.floor(pixel / width), pixel % width, place % channels);
  });
}

function valueAt({ data, width, channels }: Pixels, y: number, x: number, channel: number): number {
  return data[(y * width + x) * channels + channel] ?? 0;
}

function boxBlur(image: Pixels, reach: number): Uint8Array {
  return mapPixels(image, (_value, y, x, channel) => {
    let sum = 0;
    let count = 0;
    for (let row = Math.max(0, y - reach); row <= Math.min(image.height - 1, y + reach); row++) {
      for (let column = Math.max(0, x - reach); column <= Math.min(image.width - 1, x + reach); column++) {
        sum += valueAt(image, row, column, channel);
        count++;
      }
    }
    return Math.round(sum / count);
  });
}
