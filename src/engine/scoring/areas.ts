/** Areas to ignore or attend to, as pixels of what the network sees. */
import * as l10n from '@vscode/l10n';
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
      const [left, right] = pixelRange(area.x0, area.x1, width);
      const [top, bottom] = pixelRange(area.y0, area.y1, height);
      for (let y = top; y < bottom; y++) pixels.fill(kind === 'ignore' ? 1 : 0, y * width + left, y * width + right);
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

/** First pixel, and the one behind the last. */
function pixelRange(from: number, to: number, size: number): readonly [number, number] {
  const first = Math.max(0, Math.ceil(from * size - 0.5));
  const end = Math.min(size, Math.ceil(to * size - 0.5));
  if (first < end) return [first, end];
  const middle = Math.min(size - 1, Math.floor(((from + to) / 2) * size));
  return [middle, middle + 1];
}

/** @param pixels as {@link ignoredPixels} gives them @param image what stands in their place: [channels, height, width] */
export function ignoredValues(pixels: Uint8Array, image: Float32Array): IgnoredValues {
  const places = Uint32Array.from(image.keys()).filter((place) => pixels[place % pixels.length] === 1);
  return { places, fill: Float32Array.from(places, (place) => image[place] ?? 0) };
}
