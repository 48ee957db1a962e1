import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { pixelDistribution } from '../../../src/engine/scoring/pixel-distribution';
import { blur } from '../../../src/engine/training/augmentation/blur';
import { randomStream } from '../../../src/shared/random';

const digitsFile = path.resolve('../shared/data/mnist/t10k-images-idx3-ubyte.gz');
const side = 28;
const area = side * side;

/** Real ones, [28, 28] in [0, 1]. */
function digits(count: number): Float32Array[] {
  const bytes = gunzipSync(readFileSync(digitsFile));
  return Array.from({ length: count }, (_, index) =>
    Float32Array.from(bytes.subarray(16 + index * area, 16 + (index + 1) * area), (level) => level / 255),
  );
}

/** Smooth shades of three colours with a bright disc. */
function scene(): Float32Array {
  return Float32Array.from({ length: 3 * area }, (_, place) => {
    const [x, y] = [place % side, Math.floor((place % area) / side)];
    const disc = (x - 14) ** 2 + (y - 12) ** 2 < 60 ? 0.3 : 0;
    return 0.2 + 0.15 * Math.floor(place / area) + 0.004 * (x + y) + disc;
  });
}

describe('the distribution of pixel values', () => {
  it('has 64 bins from black to white that hold the shares of all channels', () => {
    const original = Float32Array.of(0, 0, 0.5, 1, 1, 1, 0.99, 0.01);
    const { original: shares } = pixelDistribution(original, original, 2);
    expect(shares).toHaveLength(64);
    expect(shares[0]).toBe(3 / 8);
    expect(shares[32]).toBe(1 / 8);
    expect(shares[63]).toBe(4 / 8);
  });

  it('counts what a network draws beyond black and white at the ends', () => {
    const { reconstruction } = pixelDistribution(Float32Array.of(0, 1), Float32Array.of(-0.4, 1.7), 1);
    expect([reconstruction[0], reconstruction[63]]).toEqual([0.5, 0.5]);
  });

  it('has collapsed when every channel is one value, be it another one in each', () => {
    const original = scene();
    const flat = original.map((_, place) => 0.3 + 0.2 * Math.floor(place / area));
    expect(pixelDistribution(original, flat, 3).collapsed).toBe(true);
    const oneChannelLives = flat.map((value, place) => (place < area ? (original[place] ?? 0) : value));
    expect(pixelDistribution(original, oneChannelLives, 3).collapsed).toBe(false);
  });

  it('has not collapsed where the network draws a faint picture of a faint original', () => {
    const faint = scene().map((value) => 0.5 + 0.1 * (value - 0.5));
    const fainter = faint.map((value) => 0.5 + 0.6 * (value - 0.5));
    expect(pixelDistribution(faint, fainter, 3).collapsed).toBe(false);
  });

  it('has not collapsed where there was nothing to draw', () => {
    const chance = randomStream(0, 'paper');
    const paper = Float32Array.from({ length: area }, () => 0.9 + chance.below(3) / 255);
    expect(pixelDistribution(paper, new Float32Array(area).fill(0.9), 1).collapsed).toBe(false);
  });

  describe.skipIf(!existsSync(digitsFile))('of real digits', () => {
    it('has collapsed for a network that is dead, in whichever way', () => {
      const zero = new Float32Array(area);
      const grey = new Float32Array(area).fill(0.13);
      // Zeros around the maps show at the border even where nothing else is left.
      const framed = grey.map((value, place) => {
        const [x, y] = [place % side, Math.floor(place / side)];
        return x === 0 || y === 0 || x === side - 1 || y === side - 1 ? 0.1 : value + 0.004 * Math.sin(x);
      });
      for (const dead of [zero, grey, framed]) {
        const told = digits(300).filter((digit) => pixelDistribution(digit, dead, 1).collapsed);
        expect(told.length).toBe(300);
      }
    });

    it('has not collapsed where digits are drawn softly, thinly or faintly', () => {
      for (const digit of digits(300)) {
        const soft = digit.slice();
        blur(soft, [1, side, side], 1.5, new Float32Array(area));
        const thin = digit.map((value) => Math.max(0, value - 0.3));
        const faint = digit.map((value) => 0.5 * value);
        for (const drawn of [digit, soft, thin, faint]) {
          expect(pixelDistribution(digit, drawn, 1).collapsed).toBe(false);
        }
      }
    });

    it('has not collapsed for a network that draws the mean of all digits', () => {
      const all = digits(500);
      const mean = new Float32Array(area).map(
        (_, pixel) => all.reduce((sum, digit) => sum + (digit[pixel] ?? 0), 0) / 500,
      );
      const told = all.filter((digit) => pixelDistribution(digit, mean, 1).collapsed);
      expect(told.length).toBe(0);
    });
  });
});
