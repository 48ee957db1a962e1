/** Errors as a picture in false colours. */
import sharp from 'sharp';
import type { ImageShape } from '../scoring/score';
import { errorColor } from './error-colors';

/**
 * On a scale of square roots, so that small errors can be seen at all.
 * @param means as of {@link pixelErrors} @param ignored by pixel, 1: hatched, as errors there do not count
 */
export async function errorPng(
  means: Float32Array,
  [, height, width]: ImageShape,
  scale: number,
  ignored?: Uint8Array,
): Promise<Uint8Array> {
  const area = height * width;
  const pixels = new Uint8Array(3 * area);
  for (let place = 0; place < area; place++) {
    const share = Math.sqrt((means[place] ?? 0) / Math.max(scale, 1e-12));
    pixels.set(
      ignored?.[place] === 1 ? hatching(place % width, Math.floor(place / width)) : errorColor(share),
      3 * place,
    );
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}

/** Of each pixel, mean over channels. @param errors squared, [channels, height, width] */
export function pixelErrors(errors: Float32Array, [channels, height, width]: ImageShape): Float32Array {
  const area = height * width;
  return Float32Array.from({ length: area }, (_, place) => {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) sum += errors[channel * area + place] ?? 0;
    return sum / channels;
  });
}

function hatching(x: number, y: number): readonly [number, number, number] {
  const level = (x + y) % 4 < 2 ? 72 : 104;
  return [level, level, level];
}
