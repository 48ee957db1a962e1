/** Areas to ignore or attend to, as pixels of what the network sees. */
import * as l10n from '@vscode/l10n';
import { boundsOf, crossings, isPolygon } from '../../shared/areas';
import { UserError } from '../../shared/errors';
import type { Area } from '../../shared/settings';
import type { IgnoredValues } from '../dataset/dataset';
import type { ImageShape } from './score';

/**
 * One byte a pixel [height, width], 1: does not count. A pixel belongs to an area when its centre does; an area that
 * holds no centre takes the pixel in its own middle. Undefined when everything counts.
 * @throws UserError `settings-invalid` when nothing is left
 */
export function ignoredPixels(
  areas: readonly Area[] | undefined,
  [, height, width]: ImageShape,
): Uint8Array | undefined {
  if (areas === undefined || areas.length === 0) return undefined;
  const isAttending = areas.some(({ kind }) => kind === 'attend');
  const pixels = new Uint8Array(height * width).fill(isAttending ? 1 : 0);
  // What is to be ignored is ignored inside of an area to attend to as well.
  for (const kind of ['attend', 'ignore'] as const) {
    for (const area of areas.filter((candidate) => candidate.kind === kind)) {
      for (const [first, end] of coveredPixels(area, width, height)) pixels.fill(kind === 'ignore' ? 1 : 0, first, end);
    }
  }
  if (!pixels.includes(0)) {
    throw new UserError(
      'settings-invalid',
      l10n.t('The areas leave nothing of the images to look at. Make an area to ignore smaller, or leave one out.'),
    );
  }
  return pixels.includes(1) ? pixels : undefined;
}

/** The pixels of an area, row by row: the first of each stretch, and the one behind its last. */
function coveredPixels(area: Area, width: number, height: number): (readonly [number, number])[] {
  const { x0, y0, x1, y1 } = boundsOf(area);
  const [left, right] = atLeastOne(x0, x1, width);
  const [top, bottom] = atLeastOne(y0, y1, height);
  if (!isPolygon(area)) {
    return Array.from({ length: bottom - top }, (_, row) => [(top + row) * width + left, (top + row) * width + right]);
  }
  const found: (readonly [number, number])[] = [];
  for (let y = top; y < bottom; y++) {
    const edges = crossings(area, (y + 0.5) / height);
    for (let place = 0; place + 1 < edges.length; place += 2) {
      const [first, end] = centresBetween(edges[place] ?? 0, edges[place + 1] ?? 0, width);
      if (first < end) found.push([y * width + first, y * width + end]);
    }
  }
  if (found.length > 0) return found;
  const middle = Math.floor((top + bottom) / 2) * width + Math.floor((left + right) / 2);
  return [[middle, middle + 1]];
}

/** First pixel whose centre lies between, and the one behind the last. */
function centresBetween(from: number, to: number, size: number): readonly [number, number] {
  return [Math.max(0, Math.ceil(from * size - 0.5)), Math.min(size, Math.ceil(to * size - 0.5))];
}

/** The same, or the pixel in the middle where there is none. */
function atLeastOne(from: number, to: number, size: number): readonly [number, number] {
  const [first, end] = centresBetween(from, to, size);
  if (first < end) return [first, end];
  const middle = Math.min(size - 1, Math.floor(((from + to) / 2) * size));
  return [middle, middle + 1];
}

/** @param pixels as {@link ignoredPixels} gives them @param image what stands in their place: [channels, height, width] */
export function ignoredValues(pixels: Uint8Array, image: Float32Array): IgnoredValues {
  const places = Uint32Array.from(image.keys()).filter((place) => pixels[place % pixels.length] === 1);
  return { places, fill: Float32Array.from(places, (place) => image[place] ?? 0) };
}
