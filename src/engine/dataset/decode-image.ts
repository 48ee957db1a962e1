/** One encoded image to what the network sees, and to a picture for people. */
import sharp, { type Region, type Sharp } from 'sharp';
import type { Preprocessing } from './dataset';

// Many images are in flight at once, so one thread each is fastest; no cache, since every image is read once.
sharp.concurrency(1);
sharp.cache(false);

/** 20,000 × 20,000 pixels: beyond any camera, below what one picture can do to the memory. */
export const maximalPixels = 400_000_000;

/**
 * Cut off files and those that lack a part are refused, with a reason; what decoders only warn of, such as a few wrong
 * bytes inside a JPEG, is read as every viewer does.
 */
const inputOptions = { failOn: 'error', limitInputPixels: maximalPixels, sequentialRead: true } as const;

/**
 * Transparent parts become middle grey. Black, the habit of the field, would hide black drawings on a transparent
 * ground, white would hide white ones.
 */
const background = { r: 128, g: 128, b: 128 };

export interface RawImage {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 2 | 3 | 4;
  /** [height, width, channels], uint8 */
  readonly pixels: Uint8Array;
}

/** A file's bytes, a path (for files too large to hold), or decoded pixels. */
export type ImageInput = Uint8Array | string | RawImage;

export interface DecodedPixels {
  /** Of the whole image, after EXIF orientation. */
  readonly width: number;
  readonly height: number;
  /** [channels, height, width] of the preprocessing, uint8 */
  readonly pixels: Uint8Array;
}

/**
 * Decodes, turns upright (EXIF), converts any colour space to sRGB or grey with 8 bits, cuts the region of interest
 * and resizes to the preprocessing's shape, whatever the proportions. Throws the decoder's error.
 */
export async function decodePixels(input: ImageInput, preprocessing: Preprocessing): Promise<DecodedPixels> {
  const { channels, height, width, roi } = preprocessing;
  const image = open(input);
  const { autoOrient: size, hasAlpha } = await image.metadata();
  image.autoOrient();
  if (roi !== undefined) image.extract(regionInPixels(roi, size));
  image.resize(width, height, { fit: 'fill' });
  if (hasAlpha) image.flatten({ background });
  const { data, info } = await image
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return { width: size.width, height: size.height, pixels: toPlanes(data, info.channels, channels) };
}

/** Width and height in pixels after EXIF orientation. Throws the decoder's error. */
export async function orientedSize(input: ImageInput): Promise<{ width: number; height: number }> {
  if (isRaw(input)) return { width: input.width, height: input.height };
  const { autoOrient } = await open(input).metadata();
  return { width: autoOrient.width, height: autoOrient.height };
}

/** Whether all pixels are grey within two levels; looks at a small version. Throws the decoder's error. */
export async function isGrey(input: ImageInput): Promise<boolean> {
  if (isRaw(input) && input.channels < 3) return true;
  const { data, info } = await open(input)
    .resize(32, 32, { fit: 'fill' })
    .flatten({ background })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  if (info.channels < 3) return true;
  for (let i = 0; i + 2 < data.length; i += info.channels) {
    const [red = 0, green = 0, blue = 0] = data.subarray(i, i + 3);
    if (Math.max(red, green, blue) - Math.min(red, green, blue) > 2) return false;
  }
  return true;
}

/** An upright picture of at most `longestSide` pixels; tiny images are not enlarged. Throws the decoder's error. */
export async function renderPicture(
  input: ImageInput,
  longestSide: number,
  format: 'webp' | 'png',
): Promise<Uint8Array> {
  const pipeline = open(input)
    .autoOrient()
    .resize(longestSide, longestSide, { fit: 'inside', withoutEnlargement: true })
    .toColourspace('srgb');
  return format === 'webp'
    ? pipeline.webp({ quality: 82, effort: 1 }).toBuffer()
    : pipeline.png({ compressionLevel: 6 }).toBuffer();
}

function open(input: ImageInput): Sharp {
  if (!isRaw(input)) return sharp(input, inputOptions);
  const { width, height, channels, pixels } = input;
  return sharp(pixels, { raw: { width, height, channels } });
}

function isRaw(input: ImageInput): input is RawImage {
  return typeof input === 'object' && 'pixels' in input;
}

function regionInPixels(
  [x0, y0, x1, y1]: NonNullable<Preprocessing['roi']>,
  size: { width: number; height: number },
): Region {
  const left = Math.min(size.width - 1, Math.round(x0 * size.width));
  const top = Math.min(size.height - 1, Math.round(y0 * size.height));
  return {
    left,
    top,
    width: Math.max(1, Math.min(size.width, Math.round(x1 * size.width)) - left),
    height: Math.max(1, Math.min(size.height, Math.round(y1 * size.height)) - top),
  };
}

/** [height, width, from] to [to, height, width]; a single channel is repeated. */
export function toPlanes(interleaved: Uint8Array, from: number, to: number): Uint8Array {
  const pixels = interleaved.length / from;
  if (from === 1 && to === 1) return interleaved;
  const planes = new Uint8Array(to * pixels);
  for (let channel = 0; channel < to; channel++) {
    const start = channel * pixels;
    const offset = Math.min(channel, from - 1);
    for (let pixel = 0; pixel < pixels; pixel++) planes[start + pixel] = interleaved[pixel * from + offset] ?? 0;
  }
  return planes;
}
