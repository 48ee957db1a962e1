/** What the network sees and draws, as pictures. */
import sharp from 'sharp';
import type { ImageShape } from '../scoring/score';

/** [channels, height, width] in [0, 1] as a PNG; what lies outside is clamped. */
export async function imagePng(values: Float32Array, [channels, height, width]: ImageShape): Promise<Uint8Array> {
  const raw = { width, height, channels: channels === 1 ? 1 : 3 } as const;
  return sharp(toInterleavedBytes(values, [channels, height, width]), { raw })
    .png()
    .toBuffer();
}

/** The same as an address that a page can show by itself. */
export async function imageDataUri(values: Float32Array, shape: ImageShape): Promise<string> {
  return pngDataUri(await imagePng(values, shape));
}

export function pngDataUri(png: Uint8Array): string {
  return `data:image/png;base64,${Buffer.from(png).toString('base64')}`;
}

/** [height, width, channels], 0–255 */
export function toInterleavedBytes(values: Float32Array, [channels, height, width]: ImageShape): Uint8Array {
  const area = height * width;
  const pixels = new Uint8Array(channels * area);
  for (let channel = 0; channel < channels; channel++) {
    for (let place = 0; place < area; place++) {
      const value = Math.min(1, Math.max(0, values[channel * area + place] ?? 0));
      pixels[place * channels + channel] = Math.round(255 * value);
    }
  }
  return pixels;
}
