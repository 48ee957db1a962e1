/** Original, reconstruction and edited reconstruction side by side, large enough to be looked at. */
import sharp from 'sharp';
import type { ImageShape } from '../scoring/score';
import { toInterleavedBytes } from './image-png';

/** A picture's longer side has at least about so many pixels. */
const leastSide = 256;
const gap = 12;
const white = 255;

/**
 * A PNG of the pictures from left to right on white, each enlarged by a whole factor without smoothing.
 * @param pictures each [channels, height, width] in [0, 1]
 */
export async function pictureRow(pictures: readonly Float32Array[], shape: ImageShape): Promise<Uint8Array> {
  const [channels, height, width] = shape;
  const factor = Math.max(1, Math.round(leastSide / Math.max(height, width)));
  const rowWidth = pictures.length * width * factor + (pictures.length + 1) * gap;
  const rowHeight = height * factor + 2 * gap;
  const row = Buffer.alloc(3 * rowWidth * rowHeight, white);
  pictures.forEach((values, place) => {
    const pixels = toInterleavedBytes(values, shape);
    const left = gap + place * (width * factor + gap);
    for (let y = 0; y < height * factor; y++) {
      for (let x = 0; x < width * factor; x++) {
        const from = (Math.floor(y / factor) * width + Math.floor(x / factor)) * channels;
        const to = 3 * ((gap + y) * rowWidth + left + x);
        for (let colour = 0; colour < 3; colour++)
          row[to + colour] = pixels[from + Math.min(colour, channels - 1)] ?? 0;
      }
    }
  });
  return sharp(row, { raw: { width: rowWidth, height: rowHeight, channels: 3 } })
    .png()
    .toBuffer();
}
