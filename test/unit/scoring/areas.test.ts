import { describe, expect, it } from 'vitest';
import type { TensorCache } from '../../../src/engine/dataset/dataset';
import { overlookIgnored, withIgnored } from '../../../src/engine/dataset/ignored-values';
import { ignoredPixels, ignoredValues } from '../../../src/engine/scoring/areas';
import { sharedArea } from '../../../src/engine/scoring/shared-area';
import type { Matrix } from '../../../src/engine/compute/backend';
import { randomStream } from '../../../src/shared/random';
import type { Area } from '../../../src/shared/settings';

const ignore = (x0: number, y0: number, x1: number, y1: number): Area => ({ kind: 'ignore', x0, y0, x1, y1 });
const attend = (x0: number, y0: number, x1: number, y1: number): Area => ({ kind: 'attend', x0, y0, x1, y1 });

/** Rows of the picture, # for what does not count. */
function drawn(areas: readonly Area[], width: number, height: number): string[] {
  const pixels = ignoredPixels(areas, [1, height, width]) ?? new Uint8Array(width * height);
  return Array.from({ length: height }, (_, y) =>
    Array.from(pixels.subarray(y * width, (y + 1) * width), (pixel) => (pixel === 1 ? '#' : '.')).join(''),
  );
}

describe('areas', () => {
  it('cover the pixels whose centres lie in them', () => {
    expect(drawn([ignore(0.5, 0, 1, 0.5)], 4, 4)).toEqual(['..##', '..##', '....', '....']);
    expect(drawn([ignore(0.62, 0, 0.88, 1)], 4, 1)).toEqual(['..##']);
    expect(drawn([ignore(0.63, 0, 0.8, 1)], 4, 1)).toEqual(['..#.']);
  });

  it('cover at least the pixel in their middle', () => {
    expect(drawn([ignore(0.99, 0.99, 1, 1)], 3, 3)).toEqual(['...', '...', '..#']);
  });

  it('to attend to leave out all outside of their union, and what is ignored inside of them', () => {
    const areas = [ignore(0.25, 0, 0.5, 1), attend(0, 0, 0.5, 0.5), attend(0.5, 0.5, 1, 1)];
    expect(drawn(areas, 4, 4)).toEqual(['.###', '.###', '##..', '##..']);
  });

  it('may overlap, and cover nothing where there are none', () => {
    expect(drawn([ignore(0, 0, 0.75, 1), ignore(0.25, 0, 0.5, 1)], 4, 1)).toEqual(['###.']);
    expect(ignoredPixels([], [1, 4, 4])).toBeUndefined();
    expect(ignoredPixels([attend(0, 0, 1, 1)], [1, 4, 4])).toBeUndefined();
  });

  it('with corners cover the pixels whose centres their sides enclose', () => {
    const triangle: Area = { kind: 'ignore', corners: [[0, 0], [1, 0], [0, 1]] }; // prettier-ignore
    expect(drawn([triangle], 4, 4)).toEqual(['###.', '##..', '#...', '....']);
    const arrow: Area = { kind: 'attend', corners: [[0, 0], [1, 0.5], [0, 1], [0.4, 0.5]] }; // prettier-ignore
    expect(drawn([arrow], 6, 6)).toEqual(['.#####', '#..###', '##...#', '##...#', '#..###', '.#####']);
    const crossed: Area = { kind: 'ignore', corners: [[0, 0], [1, 1], [1, 0], [0, 1]] }; // prettier-ignore
    expect(drawn([crossed], 6, 4)).toEqual(['#....#', '##..##', '##..##', '#....#']);
  });

  it('with four corners at right angles are the rectangle', () => {
    const square: Area = { kind: 'ignore', corners: [[0.2, 0.3], [0.7, 0.3], [0.7, 0.9], [0.2, 0.9]] }; // prettier-ignore
    expect(drawn([square], 9, 7)).toEqual(drawn([ignore(0.2, 0.3, 0.7, 0.9)], 9, 7));
  });

  it('with corners between the centres of pixels cover one of them', () => {
    const speck: Area = { kind: 'ignore', corners: [[0.98, 0.98], [0.99, 0.98], [0.99, 0.99]] }; // prettier-ignore
    expect(drawn([speck], 3, 3)).toEqual(['...', '...', '..#']);
  });

  it('that leave nothing are refused with what to do', () => {
    const wrong = () => ignoredPixels([ignore(0, 0, 0.5, 1), ignore(0.5, 0, 1, 1)], [1, 4, 4]);
    expect(wrong).toThrow(/leave nothing.*Make an area to ignore smaller/);
  });

  it('are the same in every image, in all channels, and differ in no drawing', () => {
    const images = Float32Array.from({ length: 24 }, (_, place) => place);
    const cache: TensorCache = {
      count: 3,
      shape: [2, 2, 2],
      valuesPerImage: 8,
      read: (indexes, out) => {
        Array.from(indexes).forEach((index, row) => out.set(images.subarray(8 * index, 8 * index + 8), 8 * row));
      },
      close: () => Promise.resolve(),
    };
    const pixels = ignoredPixels([ignore(0.5, 0, 1, 0.5)], cache.shape) ?? new Uint8Array(4);
    const ignored = ignoredValues(
      pixels,
      Float32Array.from({ length: 8 }, (_, place) => -place),
    );
    const out = new Float32Array(16);
    withIgnored(cache, ignored).read([2, 0], out);
    expect([...out]).toEqual([16, -1, 18, 19, 20, -5, 22, 23, 0, -1, 2, 3, 4, -5, 6, 7]);
    const drawings = new Float32Array(16);
    overlookIgnored(ignored, out, drawings, 8);
    expect([...drawings.keys()].filter((place) => drawings[place] === out[place])).toEqual([1, 5, 8, 9, 13]);
  });
});

describe('an area that many flagged images share', () => {
  const random = randomStream(3, 'areas');
  /** Error grids of 8 × 8 cells; each image has one strange cell, where `strange` says. */
  const grids = (rows: number, strange: (row: number) => number | undefined): Matrix => {
    const data = Float32Array.from({ length: rows * 64 }, () => Math.log(0.5 + random.below(1000) / 1000));
    for (let row = 0; row < rows; row++) {
      const cell = strange(row);
      if (cell !== undefined) data[row * 64 + cell] = Math.log(40);
    }
    return { rows, columns: 64, data };
  };
  const usual = grids(300, () => undefined);

  it('is found at the edge where they differ', () => {
    const flagged = grids(100, (row) => (row % 4 === 0 ? random.below(64) : 8 * (2 + (row % 3)) + 7));
    expect(sharedArea(flagged, usual, [8, 8])).toMatchObject({ left: 7, right: 8, top: 2, bottom: 5 });
  });

  it('is none where the flagged are diverse, or the others err there as well', () => {
    expect(
      sharedArea(
        grids(100, () => random.below(64)),
        usual,
        [8, 8],
      ),
    ).toBeUndefined();
    expect(
      sharedArea(
        grids(100, () => 8 * 3 + 3),
        usual,
        [8, 8],
      )?.flagged ?? 0,
    ).toBeLessThanOrEqual(100);
    const others = grids(300, (row) => (row % 3 === 0 ? 23 : undefined));
    expect(
      sharedArea(
        grids(100, () => 23),
        others,
        [8, 8],
      ),
    ).toBeUndefined();
  });
});
