import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Preprocessing } from '../../../src/engine/dataset/dataset';
import { openSource } from '../../../src/engine/dataset/open-source';
import { scratchFolder } from '../../fixtures/scratch-folder';

const scratch = scratchFolder();
const { signal } = new AbortController();
const rgb2 = { channels: 3, height: 2, width: 2 } as const;

async function decode(name: string, content: Uint8Array | string, preprocessing: Preprocessing = rgb2) {
  mkdirSync(scratch.path('images'), { recursive: true });
  scratch.write(`images/${name}`, content);
  const source = await openSource(scratch.path('images'), signal);
  return source.decode(source.paths.indexOf(name), preprocessing);
}

/** Left half one colour, right half another. */
function halves(left: readonly number[], right: readonly number[], width = 8, height = 4) {
  const channels = left.length === 4 ? 4 : left.length === 3 ? 3 : 1;
  const pixels = Buffer.alloc(width * height * channels);
  for (let i = 0; i < width * height; i++) pixels.set(i % width < width / 2 ? left : right, i * channels);
  return sharp(pixels, { raw: { width, height, channels } });
}

const planes = (...values: number[]) => Uint8Array.from(values);

/** Values at the middle of the left and of the right edge, channel by channel: resizing blurs only between them. */
function edges({ pixels = new Uint8Array() }: { pixels?: Uint8Array }, { channels, height, width }: Preprocessing) {
  const row = (height >> 1) * width;
  return Array.from({ length: channels }, (_, channel) => {
    const start = channel * height * width + row;
    return [pixels[start], pixels[start + width - 1]];
  });
}

describe('decoding', () => {
  const rgb = { channels: 3, height: 4, width: 8 } as const;
  const grey = { channels: 1, height: 4, width: 8 } as const;

  it('gives planes of bytes, the size of the whole image, and the hash of the file', async () => {
    const file = await halves([255, 0, 10], [0, 255, 20], 2, 1).png().toBuffer();
    const { entry, pixels } = await decode('a.png', file, { channels: 3, height: 1, width: 2 });
    expect(pixels).toEqual(planes(255, 0, 0, 255, 10, 20));
    expect(entry).toMatchObject({
      path: 'a.png',
      width: 2,
      height: 1,
      bytes: file.length,
      sha256: createHash('sha256').update(file).digest('hex'),
    });
    expect(Math.abs(entry.modifiedMs - Date.now())).toBeLessThan(60_000);
  });

  it.each([
    ['larger', { channels: 3, height: 40, width: 80 } as const],
    ['smaller, in other proportions', { channels: 3, height: 3, width: 16 } as const],
  ])('resizes to the shape of the network: %s', async (_, shape) => {
    const file = await halves([200, 0, 10], [0, 100, 20], 64, 32).png().toBuffer();
    const image = await decode('a.png', file, shape);
    expect(image.pixels).toHaveLength(3 * shape.height * shape.width);
    expect(edges(image, shape)).toEqual([
      [200, 0],
      [0, 100],
      [10, 20],
    ]);
  });

  it('turns images upright before anything else', async () => {
    const turned = await halves([255, 0, 0], [0, 0, 255]).withMetadata({ orientation: 6 }).png().toBuffer();
    const { entry, pixels } = await decode('a.png', turned, { channels: 1, height: 8, width: 4 });
    expect([entry.width, entry.height]).toEqual([4, 8]);
    const rows = Array.from({ length: 8 }, (_, row) => pixels?.[row * 4]);
    expect(new Set(rows.slice(0, 4))).not.toEqual(new Set(rows.slice(4)));
    expect(new Set(pixels?.subarray(0, 16)).size).toBe(1);
  });

  it('cuts the region of interest out of the upright image', async () => {
    const turned = await halves([255, 0, 0], [0, 0, 255]).withMetadata({ orientation: 6 }).png().toBuffer();
    const { pixels } = await decode('a.png', turned, { ...rgb2, roi: [0, 0.5, 1, 1] });
    expect(pixels).toEqual(planes(0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255));
  });

  it('takes at least a pixel of a region that is smaller', async () => {
    const file = await halves([255, 0, 0], [0, 0, 255]).png().toBuffer();
    const { pixels } = await decode('a.png', file, { channels: 3, height: 1, width: 1, roi: [0.999, 0, 1, 0.001] });
    expect(pixels).toEqual(planes(0, 0, 255));
  });

  it('scales 16 bits down to 8', async () => {
    const values = Uint16Array.from({ length: 32 }, (_, i) => (i % 8 < 4 ? 0x8000 : 0xffff));
    const image = sharp(values, { raw: { width: 8, height: 4, channels: 1 } }).toColourspace('grey16');
    const file = await image.png().toBuffer();
    expect((await sharp(file).metadata()).depth).toBe('ushort');
    const [[left = 0, right] = []] = edges(await decode('a.png', file, grey), grey);
    expect(Math.abs(left - 128)).toBeLessThanOrEqual(1);
    expect(right).toBe(255);
  });

  it('gives grey images three equal channels, and coloured ones one', async () => {
    const greyFile = await halves([50], [200]).toColourspace('b-w').png().toBuffer();
    expect(edges(await decode('a.png', greyFile, rgb), rgb)).toEqual([
      [50, 200],
      [50, 200],
      [50, 200],
    ]);
    const coloured = await halves([60, 60, 60], [255, 255, 255]).png().toBuffer();
    expect(edges(await decode('b.png', coloured, grey), grey)).toEqual([[60, 255]]);
  });

  it('puts transparent parts on middle grey', async () => {
    const file = await halves([255, 0, 0, 0], [0, 0, 255, 255]).png().toBuffer();
    expect(edges(await decode('a.png', file, rgb), rgb)).toEqual([
      [128, 0],
      [128, 0],
      [128, 255],
    ]);
  });

  it('turns CMYK into RGB', async () => {
    const file = await halves([255, 255, 255], [0, 0, 0]).toColourspace('cmyk').jpeg().toBuffer();
    expect((await sharp(file).metadata()).space).toBe('cmyk');
    for (const [left = 0, right = 255] of edges(await decode('a.jpg', file, rgb), rgb)) {
      expect(left).toBeGreaterThan(240);
      expect(right).toBeLessThan(60);
    }
  });

  it('takes the first frame of an animation', async () => {
    const frames = await Promise.all(
      [
        [255, 0, 0],
        [0, 0, 255],
      ].map((colour) => halves(colour, colour).png().toBuffer()),
    );
    const gif = await sharp(frames, { join: { animated: true } })
      .gif()
      .toBuffer();
    expect((await sharp(gif, { animated: true }).metadata()).pages).toBe(2);
    const { entry, pixels } = await decode('a.gif', gif);
    expect(entry.height).toBe(4);
    expect(pixels?.slice(0, 4)).toEqual(planes(255, 255, 255, 255));
  });

  it('enlarges a single pixel', async () => {
    const file = await halves([7, 8, 9], [7, 8, 9], 1, 1).png().toBuffer();
    expect((await decode('a.png', file)).pixels).toEqual(planes(7, 7, 7, 7, 8, 8, 8, 8, 9, 9, 9, 9));
  });

  it('reads images 20,000 pixels wide', async () => {
    const wide = sharp({ create: { width: 20_000, height: 40, channels: 3, background: 'white' } });
    const { entry, pixels } = await decode('a.jpg', await wide.jpeg().toBuffer());
    expect(entry.width).toBe(20_000);
    expect(pixels?.[0]).toBe(255);
  });

  it('makes pictures for people: upright, no larger than they are', async () => {
    mkdirSync(scratch.path('images'));
    const turned = await halves([255, 0, 0], [0, 0, 255], 40, 20).withMetadata({ orientation: 6 }).png().toBuffer();
    scratch.write('images/a.png', turned);
    const source = await openSource(scratch.path('images'), signal);
    const sizeOf = async (longestSide: number) => {
      const { width, height, format } = await sharp(await source.render(0, longestSide, 'webp')).metadata();
      return { width, height, format };
    };
    expect(await sizeOf(10)).toEqual({ width: 5, height: 10, format: 'webp' });
    expect(await sizeOf(500)).toEqual({ width: 20, height: 40, format: 'webp' });
  });
});

describe('an image that cannot be read', () => {
  const noisy = () => {
    let state = 1;
    const pixels = Buffer.alloc(64 * 64 * 3).map(() => (state = (state * 48_271) % 2_147_483_647) & 255);
    return sharp(pixels, { raw: { width: 64, height: 64, channels: 3 } });
  };

  it.each([
    ['a.jpg', '', 'the file is empty'],
    ['a.jpg', 'just some text', 'it is not an image'],
    ['a.jpg', '<!DOCTYPE html><html><body>404</body></html>', 'it is a web page'],
    [
      'a.png',
      'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n',
      'it is a Git LFS pointer instead of the image (fetch it with `git lfs pull`)',
    ],
    ['a.bmp', `BM${'\0'.repeat(60)}`, 'it is a BMP picture, which cannot be decoded here (convert it to PNG)'],
    ['a.png', '%PDF-1.7', 'it is a PDF document'],
  ])('keeps its place with the reason: %s with “%s”', async (name, content, reason) => {
    const { entry, pixels } = await decode(name, content);
    expect(entry.error).toBe(reason);
    expect(pixels).toBeUndefined();
    expect(entry).toMatchObject({ width: 0, height: 0, bytes: Buffer.byteLength(content) });
    expect(entry.sha256).toBe(createHash('sha256').update(content).digest('hex'));
  });

  it.each(['jpeg', 'png', 'webp', 'gif', 'tiff', 'avif'] as const)('ends early: %s', async (format) => {
    const whole = await noisy().toFormat(format).toBuffer();
    const name = `a.${format}`;
    expect((await decode(name, whole)).entry.error).toBeUndefined();
    for (const share of [0.05, 0.5, 0.95]) {
      const { entry, pixels } = await decode(name, whole.subarray(0, Math.floor(share * whole.length)));
      expect(entry.error).toMatch(/^the (file is damaged or ends early|image is damaged)/);
      expect(pixels).toBeUndefined();
    }
  });

  it('cannot be rendered either, for the same reason', async () => {
    mkdirSync(scratch.path('images'));
    scratch.write('images/a.png', 'text');
    const source = await openSource(scratch.path('images'), signal);
    await expect(source.render(0, 100, 'webp')).rejects.toThrow('it is not an image');
  });

  it('is not one with a slight fault inside, as long as it goes to its end', async () => {
    const whole = await noisy().jpeg().toBuffer();
    const middle = Math.floor(whole.length / 2);
    whole.fill(0x55, middle, middle + 40);
    expect((await decode('a.jpg', whole)).entry.error).toBeUndefined();
  });

  it('is one that unpacks to more pixels than any camera has', async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="30000" height="30000"/>';
    expect((await decode('a.svg', svg)).entry.error).toBe('it has more than 400 million pixels');
  });
});
