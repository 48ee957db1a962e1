import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { renderPicture } from '../../../src/engine/dataset/decode-image';

/** Far from what it would be inverted; CMYK knows it only about. */
const light = 200;
const grey = (width: number, height: number): Sharp =>
  sharp({ create: { width, height, channels: 3, background: { r: light, g: light, b: light } } });
const deep = (): Sharp =>
  sharp(
    Uint16Array.from({ length: 64 * 48 }, () => light * 257),
    { raw: { width: 64, height: 48, channels: 1 } },
  );

const images: readonly (readonly [what: string, make: () => Promise<Buffer>, width: number, height: number])[] = [
  ['20,000 pixels wide', () => grey(20_000, 100).jpeg().toBuffer(), 256, 1],
  ['of one pixel', () => grey(1, 1).png().toBuffer(), 1, 1],
  ['of 16 bits', () => deep().toColourspace('grey16').png().toBuffer(), 64, 48],
  ['in CMYK', () => grey(400, 300).toColourspace('cmyk').jpeg().toBuffer(), 256, 192],
  ['in GIF', () => grey(40, 30).gif().toBuffer(), 40, 30],
];

describe('the small picture of an image', () => {
  it.each(images)('%s is as light as the image, and no longer than asked', async (_what, make, width, height) => {
    const picture = await renderPicture(await make(), 256, 'webp');
    const { data, info } = await sharp(picture).raw().toBuffer({ resolveWithObject: true });
    expect([info.format, info.width, info.height]).toEqual(['raw', width, height]);
    const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
    expect(Math.abs(mean - light)).toBeLessThan(20);
  });
});
