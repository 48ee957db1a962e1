/** Training samples on one sheet: a column each, from top to bottom plain, changed, and as the network sees it. */
import sharp from 'sharp';
import type { TrainingSample } from '../shared/contracts';

/** A picture's longer side has at least about so many pixels. */
const leastSide = 128;
const gap = 8;

/** A PNG on white; pictures are enlarged by a whole factor without smoothing. */
export async function previewSheet(samples: readonly TrainingSample[]): Promise<Uint8Array> {
  const first = samples[0];
  if (first === undefined) throw new RangeError('A sheet needs samples.');
  const { width, height } = await sharp(bytesOf(first.original)).metadata();
  const factor = Math.max(1, Math.round(leastSide / Math.max(width, height)));
  const cell = { width: width * factor, height: height * factor };
  const pictures = samples.flatMap(({ original, augmented, input }, column) =>
    [original, augmented, input].map((uri, row) => ({ uri, row, column })),
  );
  const placed = pictures.map(async ({ uri, row, column }) => ({
    input: await sharp(bytesOf(uri))
      .resize({ ...cell, kernel: 'nearest', fit: 'fill' })
      .png()
      .toBuffer(),
    left: gap + column * (cell.width + gap),
    top: gap + row * (cell.height + gap),
  }));
  const sheet = {
    width: gap + samples.length * (cell.width + gap),
    height: gap + 3 * (cell.height + gap),
    channels: 3,
    background: 'white',
  } as const;
  return sharp({ create: sheet })
    .composite(await Promise.all(placed))
    .png()
    .toBuffer();
}

function bytesOf(dataUri: string): Buffer {
  return Buffer.from(dataUri.slice(dataUri.indexOf(',') + 1), 'base64');
}
