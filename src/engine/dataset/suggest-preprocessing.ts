/** Chooses what the network sees from a sample of the images. */
import * as l10n from '@vscode/l10n';
import { UserError } from '../../shared/errors';
import type { Preprocessing } from './dataset';

export interface PreprocessingWish {
  readonly size?: number;
  readonly color: 'auto' | 'rgb' | 'gray';
  readonly roi?: Preprocessing['roi'];
}

/** What one image tells. */
export interface ImageFacts {
  readonly width: number;
  readonly height: number;
  /** False also where the colour was not asked for. */
  readonly grey: boolean;
}

/** Answers with the reason when the image cannot be read. Telling its colour means decoding it, its size does not. */
export type LookAt = (index: number, withColour: boolean) => Promise<ImageFacts | string>;

const sampleSize = 64;
const inFlight = 4;

/** At most `most` indexes of `count`, evenly spread, the first one included. */
export function evenlySpread(count: number, most: number): number[] {
  const chosen = Math.min(count, most);
  return Array.from({ length: chosen }, (_, i) => Math.floor((i * count) / chosen));
}

/**
 * Square; 28 pixels for digits and the like, 32 for small pictures, else 64, by the median of the shorter sides. Grey
 * when every image looked at is grey. Looks at 64 images; when none of these can be read, at the others as well.
 * Throws `source-empty` when no image can be read.
 */
export async function suggestPreprocessing(
  location: string,
  count: number,
  wish: PreprocessingWish,
  lookAt: LookAt,
  signal: AbortSignal,
): Promise<Preprocessing> {
  const sample = evenlySpread(count, sampleSize);
  const { readable, reasons } = await look(sample, lookAt, wish, signal);
  const sampled = new Set(sample);
  for (let start = 0; readable.length === 0 && start < count; start += sampleSize) {
    const others = Array.from({ length: Math.min(sampleSize, count - start) }, (_, i) => start + i);
    const found = await look(
      others.filter((index) => !sampled.has(index)),
      lookAt,
      wish,
      signal,
    );
    readable.push(...found.readable);
  }
  if (readable.length === 0) throw noneReadable(location, count, reasons);

  const [x0, y0, x1, y1] = wish.roi ?? [0, 0, 1, 1];
  const shorterSides = readable.map(({ width, height }) => Math.min(width * (x1 - x0), height * (y1 - y0)));
  const side = wish.size ?? sideFor(median(shorterSides));
  const grey = wish.color === 'gray' || (wish.color === 'auto' && readable.every((image) => image.grey));
  return { channels: grey ? 1 : 3, height: side, width: side, ...(wish.roi && { roi: wish.roi }) };
}

/** Of the images after one in colour only the sizes are asked: large pictures take a tenth of a second to decode. */
async function look(
  indexes: readonly number[],
  lookAt: LookAt,
  wish: PreprocessingWish,
  signal: AbortSignal,
): Promise<{ readable: ImageFacts[]; reasons: string[] }> {
  const readable: ImageFacts[] = [];
  const reasons: string[] = [];
  for (let start = 0; start < indexes.length; start += inFlight) {
    signal.throwIfAborted();
    const withColour = wish.color === 'auto' && readable.every((image) => image.grey);
    const next = indexes.slice(start, start + inFlight).map((index) => lookAt(index, withColour));
    for (const answer of await Promise.all(next)) {
      if (typeof answer === 'string') reasons.push(answer);
      else readable.push(answer);
    }
  }
  return { readable, reasons };
}

function sideFor(shorterSide: number): number {
  if (shorterSide <= 28) return 28;
  return shorterSide <= 48 ? 32 : 64;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}

function noneReadable(location: string, count: number, reasons: readonly string[]): UserError {
  const some = reasons.slice(0, 3).join('; ');
  return new UserError(
    'source-empty',
    count === 1
      ? l10n.t('The only image in “{0}” cannot be read: {1}.', location, some)
      : l10n.t('None of the {0} images in “{1}” can be read: {2}.', count, location, some),
  );
}
