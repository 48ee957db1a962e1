import { readFileSync, writeFileSync } from 'node:fs';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { openSource } from '../../../src/engine/dataset/open-source';
import { scratchFolder } from '../../fixtures/scratch-folder';
import { endlessTiff, tiff } from './tiff-files';

const scratch = scratchFolder();
const { signal } = new AbortController();
const grey = { channels: 1, height: 2, width: 2 } as const;

/** A page of 2×2 pixels of one level. */
const page = (level: number) => ({ pixels: new Uint8Array(4).fill(level) });
const three = [page(10), page(20), page(30)];

/** Paths, and the first level of each image or why it cannot be read. */
async function look(location: string, shape: { channels: 1 | 3; height: number; width: number } = grey) {
  const source = await openSource(location, signal);
  const images: Record<string, number | string | undefined> = {};
  const hashes: string[] = [];
  for (const [index, path] of source.paths.entries()) {
    const { entry, pixels } = await source.decode(index, shape);
    images[path] = entry.error ?? pixels?.[0];
    hashes.push(entry.sha256);
  }
  return { images, hashes, notes: source.notes, source };
}

describe('a TIFF file of several pages', () => {
  it('is a source itself, each page an image', async () => {
    const { images, source } = await look(scratch.write('scan.tif', tiff(three)));
    expect(images).toEqual({ 'scan.tif#1': 10, 'scan.tif#2': 20, 'scan.tif#3': 30 });
    expect(source.name).toBe('scan.tif');
    expect(source.filePath(2)).toBe(scratch.path('scan.tif'));
    const picture = await sharp(await source.render(1, 100, 'png'))
      .raw()
      .toBuffer();
    expect(picture[0]).toBe(20);
  });

  it('stands in a folder with all its pages, where its name belongs', async () => {
    scratch.write('images/b10.tif', tiff([page(7)]));
    scratch.write('images/b2.TIFF', tiff(three));
    scratch.write(
      'images/a.png',
      await sharp({ create: { width: 2, height: 2, channels: 3, background: 'white' } })
        .png()
        .toBuffer(),
    );
    expect((await look(scratch.path('images'))).images).toEqual({
      'a.png': 255,
      'b2.TIFF#1': 10,
      'b2.TIFF#2': 20,
      'b2.TIFF#3': 30,
      'b10.tif': 7,
    });
  });

  it('is listed as a whole or by page', async () => {
    scratch.write('scan.tif', tiff(three));
    scratch.write('one.tif', tiff([page(9)]));
    const list = scratch.write('list.txt', 'scan.tif#3\nscan.tif\none.tif#1\none.tif\nscan.tif#4\nno.tif#1\n');
    expect((await look(list)).images).toEqual({
      'scan.tif#3': 30,
      'scan.tif#1': 10,
      'scan.tif#2': 20,
      'one.tif#1': 9,
      'one.tif': 9,
      'scan.tif#4': 'the file is missing',
      'no.tif#1': 'the file is missing',
    });
  });

  it.each([
    ['big endian', { bigEndian: true }],
    ['with 64-bit offsets', { big: true }],
    ['both', { bigEndian: true, big: true }],
  ])('may be %s', async (_, options) => {
    expect((await look(scratch.write('a.tif', tiff(three, options)))).images).toEqual({
      'a.tif#1': 10,
      'a.tif#2': 20,
      'a.tif#3': 30,
    });
  });

  it.each([
    ['lzw', {}],
    ['deflate', { predictor: 'horizontal' as const }],
    ['jpeg', { quality: 100 }],
    ['deflate', { tile: true, tileWidth: 16, tileHeight: 16 }],
  ] as const)('may be compressed: %s %o', async (compression, options) => {
    const frames = await Promise.all(
      [40, 80, 120].map((level) =>
        sharp({ create: { width: 40, height: 24, channels: 3, background: { r: level, g: 0, b: 200 } } })
          .png()
          .toBuffer(),
      ),
    );
    const file = await sharp(frames, { join: { animated: true } })
      .tiff({ compression, ...options })
      .toBuffer();
    const { images } = await look(scratch.write('a.tif', file), { channels: 3, height: 24, width: 40 });
    const levels = Object.values(images).map(Number);
    expect(levels).toHaveLength(3);
    [40, 80, 120].forEach((level, index) => {
      expect(Math.abs((levels[index] ?? NaN) - level)).toBeLessThanOrEqual(2);
    });
  });

  it('may have 16 bits, palettes and colours', async () => {
    const palette = Array.from({ length: 768 }, (_, i) => (i < 256 ? 0xffff : 0));
    const deep = { pixels: new Uint8Array(new Uint16Array(4).fill(0x8000).buffer), bits: 16 as const };
    const red = { pixels: new Uint8Array(12).map((_, i) => (i % 3 === 0 ? 99 : 0)), samples: 3 as const };
    const file = scratch.write('a.tif', tiff([deep, { ...page(3), palette }, red]));
    expect((await look(file, { channels: 3, height: 2, width: 2 })).images).toEqual({
      'a.tif#1': 128,
      'a.tif#2': 255,
      'a.tif#3': 99,
    });
  });

  it('leaves out smaller copies and masks of its pages', async () => {
    const copy = { ...page(99), subfileType: 1 };
    const mask = { ...page(98), subfileType: 4 };
    expect((await look(scratch.write('a.tif', tiff([page(10), copy, page(20), mask])))).images).toEqual({
      'a.tif#1': 10,
      'a.tif#2': 20,
    });
    scratch.write('images/pyramid.tif', tiff([page(10), copy]));
    scratch.write('images/preview-first.tif', tiff([copy, page(30)]));
    expect((await look(scratch.path('images'))).images).toEqual({ 'preview-first.tif': 30, 'pyramid.tif': 10 });
  });

  it('gives every page a hash of its own, which depends on nothing but the page', async () => {
    const { hashes } = await look(scratch.write('a.tif', tiff([page(1), page(2), page(1)])));
    expect(hashes[0]).toBe(hashes[2]);
    expect(hashes[0]).not.toBe(hashes[1]);
    const moved = await look(scratch.write('b.tif', tiff([page(7), page(2)])));
    expect(moved.hashes[1]).toBe(hashes[1]);
  });
});

describe('a hostile or damaged TIFF file', () => {
  it('that leads in a circle gives the pages before it, and says so', async () => {
    const { images, notes } = await look(scratch.write('a.tif', tiff(three, { loopTo: 1 })));
    expect(images).toEqual({ 'a.tif#1': 10, 'a.tif#2': 20, 'a.tif#3': 30 });
    expect(notes).toEqual(['“a.tif” leads from its last page back to an earlier one. Pages taken: 3.']);
  });

  it('with a million pages is cut off after as many as any scanner writes', async () => {
    const source = await openSource(scratch.write('a.tif', endlessTiff(1_000_000)), signal);
    expect(source.paths).toHaveLength(65_535);
    expect(source.notes).toEqual(['“a.tif” has more than 65535 pages. Pages taken: 65535.']);
    expect((await source.decode(5, grey)).entry.error).toBe('the page does not say where its pixels are');
  });

  it('that ends early keeps the pages that are there', async () => {
    const whole = tiff(three);
    const { images, notes } = await look(scratch.write('a.tif', whole.subarray(0, whole.length - 20)));
    expect(images).toEqual({ 'a.tif#1': 10, 'a.tif#2': 20 });
    expect(notes).toEqual(['“a.tif” is damaged behind its page 2. Pages taken: 2.']);
  });

  it.each([
    ['claims more pixels than there are', { stripBytes: 4_000_000_000 }, /claims more data than the file holds/],
    ['is in the JPEG of old', { compression: 6 }, /old JPEG of TIFF/],
    ['is in no known compression', { compression: 60_000 }, /the image is damaged|it is not an image|ends early/],
    ['is larger than any camera has', { width: 100_000, height: 100_000 }, /.+/],
  ])('has a page that %s; the others are read', async (_, options, reason) => {
    const { images } = await look(scratch.write('a.tif', tiff([page(10), { ...page(20), ...options }, page(30)])));
    expect(images).toMatchObject({ 'a.tif#1': 10, 'a.tif#3': 30 });
    expect(images['a.tif#2']).toMatch(reason);
  });

  it('that changes into something else while it is read loses its pages, not the scan', async () => {
    const file = scratch.write('a.tif', tiff(three));
    const source = await openSource(file, signal);
    writeFileSync(file, 'no TIFF any more');
    expect((await source.decode(1, grey)).entry.error).toBe('the file is no TIFF picture any more');
    writeFileSync(file, tiff(three).subarray(0, 12));
    expect((await source.decode(1, grey)).entry.error).toBe('the file is damaged or ends early');
    expect(readFileSync(file)).toHaveLength(12);
  });

  it('of one page is refused as a source of its own', async () => {
    await expect(openSource(scratch.write('a.tif', tiff([page(1)])), signal)).rejects.toThrow(/single image/);
  });
});
