import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import sharp from 'sharp';
import { beforeEach, describe, expect, it } from 'vitest';
import { openSource } from '../../../src/engine/dataset/open-source';
import { scratchFolder } from '../../fixtures/scratch-folder';

const scratch = scratchFolder();
const onUnix = it.skipIf(process.platform === 'win32');
const { signal } = new AbortController();
let png: Buffer;

beforeEach(async () => {
  png = await sharp({ create: { width: 4, height: 4, channels: 3, background: 'red' } })
    .png()
    .toBuffer();
  mkdirSync(scratch.path('images'));
});

const open = () => openSource(scratch.path('images'), signal);
const add = (...names: string[]) => {
  for (const name of names) scratch.write(`images/${name}`, png);
};

describe('a folder of images', () => {
  it('is listed in natural order, folder by folder', async () => {
    add(
      'img10.png',
      'img02.png',
      'img2.png',
      'b/1.png',
      'B/1.png',
      'a/10.png',
      'a/9.png',
      'a b/1.png',
      'Ä.png',
      'z.png',
    );
    expect((await open()).paths).toEqual([
      'a/9.png',
      'a/10.png',
      'a b/1.png',
      'Ä.png',
      'B/1.png',
      'b/1.png',
      'img02.png',
      'img2.png',
      'img10.png',
      'z.png',
    ]);
  });

  it('names files with blanks, quotes, emoji and hashes as they are, and reads them', async () => {
    const names = ['it\'s "it".png', 'two words.png', '🍎 apple.png', '#1.png', 'a%20b.png', '-rf.png'];
    if (process.platform === 'win32') names.shift();
    add(...names);
    const source = await open();
    expect([...source.paths].sort()).toEqual([...names].sort());
    for (const index of source.paths.keys()) {
      const { entry } = await source.decode(index, { channels: 3, height: 4, width: 4 });
      expect(entry.error).toBeUndefined();
    }
  });

  it('counts what is no image and leaves hidden files out', async () => {
    add('a.PNG', '.hidden.png', '._a.png', '.cache/b.png', '.anomaly-review/run/c.png', 'node_modules/d.png');
    scratch.write('images/notes.txt', 'x');
    scratch.write('images/more.TXT', 'x');
    scratch.write('images/Makefile', 'x');
    const source = await open();
    expect(source.paths).toEqual(['a.PNG', 'node_modules/d.png']);
    expect(source.notes).toEqual([
      'Hidden image files (their names begin with a dot) were left out: 2.',
      'Left out, as no images: 3 (.txt 2, no extension 1).',
    ]);
  });

  onUnix('follows links, but lists every real folder once and under its own name', async () => {
    add('real/1.png', 'real/inner/2.png');
    symlinkSync('real', scratch.path('images/a-link'));
    symlinkSync('..', scratch.path('images/real/inner/up'));
    scratch.write('elsewhere/3.png', png);
    symlinkSync(scratch.path('elsewhere'), scratch.path('images/outside'));
    symlinkSync(scratch.path('images'), scratch.path('elsewhere/back'));
    symlinkSync('real/1.png', scratch.path('images/same.png'));
    const source = await open();
    expect(source.paths).toEqual(['outside/3.png', 'real/1.png', 'real/inner/2.png', 'same.png']);
    expect(source.notes).toEqual([
      'The link “a-link” leads to a folder that is listed already and was not followed.',
      'The link “outside/back” leads to a folder that is listed already and was not followed.',
      'The link “real/inner/up” leads to a folder that is listed already and was not followed.',
    ]);
  });

  onUnix('keeps the place of a link that leads nowhere, and names pipes', async () => {
    add('b.png');
    symlinkSync('nothing.png', scratch.path('images/a.png'));
    symlinkSync('loop.png', scratch.path('images/loop.png'));
    execFileSync('mkfifo', [scratch.path('images/pipe.png')]);
    const source = await open();
    expect(source.paths).toEqual(['a.png', 'b.png', 'loop.png']);
    expect(source.notes).toEqual(['“pipe.png” is a pipe, socket or device and was left out.']);
    const shape = { channels: 3, height: 4, width: 4 } as const;
    expect((await source.decode(0, shape)).entry.error).toBe('the file is missing');
    expect((await source.decode(2, shape)).entry.error).toBe('the link leads in a circle');
  });

  it('without images says where it looked, for what, and what else there is', async () => {
    scratch.write('images/deep/readme.md', 'x');
    scratch.write('images/digits.npz', 'x');
    await expect(open()).rejects.toMatchObject({
      code: 'source-empty',
      message: expect.stringMatching(
        /No images in “.*images” \(and 1 folder below it\)\. Looked for .*\.png.*; there are only other files: 2 \(\.md 1, \.npz 1\)\. An array/,
      ) as string,
    });
  });

  it('that does not exist is told from one that is a file', async () => {
    await expect(openSource(scratch.path('nowhere'), signal)).rejects.toMatchObject({ code: 'source-missing' });
    const file = scratch.write('a.png', png);
    await expect(openSource(file, signal)).rejects.toMatchObject({
      code: 'source-invalid',
      message: expect.stringContaining('single image') as string,
    });
    const other = scratch.write('a.zip', 'x');
    await expect(openSource(other, signal)).rejects.toMatchObject({ code: 'source-invalid' });
  });

  it('is not listed any further when the user cancels', async () => {
    add('a.png');
    await expect(openSource(scratch.path('images'), AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
  });
});

describe('what the network sees', () => {
  const image = async (name: string, width: number, height: number, background: string) => {
    const created = sharp({ create: { width, height, channels: 3, background } });
    scratch.write(`images/${name}`, await created.png().toBuffer());
  };

  it.each([
    [28, 28],
    [29, 32],
    [48, 32],
    [49, 64],
    [1000, 64],
  ])('has a side chosen by the shorter side of the images: %d pixels give %d', async (shorter, side) => {
    for (const name of ['a.png', 'b.png', 'c.png']) await image(name, shorter * 2, shorter, 'blue');
    const preprocessing = await (await open()).suggestPreprocessing({ color: 'auto' }, signal);
    expect(preprocessing).toEqual({ channels: 3, height: side, width: side });
  });

  it('is grey when all images are grey within two levels, and what the user says otherwise', async () => {
    await image('a.png', 40, 40, 'rgb(100, 102, 101)');
    await image('b.png', 40, 40, 'white');
    const source = await open();
    expect(await source.suggestPreprocessing({ color: 'auto' }, signal)).toMatchObject({ channels: 1 });
    expect(await source.suggestPreprocessing({ color: 'rgb', size: 20 }, signal)).toEqual({
      channels: 3,
      height: 20,
      width: 20,
    });
    await image('c.png', 40, 40, 'rgb(100, 103, 100)');
    expect(await (await open()).suggestPreprocessing({ color: 'auto' }, signal)).toMatchObject({ channels: 3 });
  });

  it('is chosen from what can be read, however little that is', async () => {
    for (let i = 0; i < 200; i++) scratch.write(`images/${i}.png`, 'damaged');
    await image('101.png', 30, 30, 'white');
    expect(await (await open()).suggestPreprocessing({ color: 'auto' }, signal)).toEqual({
      channels: 1,
      height: 32,
      width: 32,
    });
  });

  it('cannot be chosen when no image can be read, which is told with reasons', async () => {
    scratch.write('images/a.png', '');
    scratch.write('images/b.png', 'text');
    await expect((await open()).suggestPreprocessing({ color: 'auto' }, signal)).rejects.toMatchObject({
      code: 'source-empty',
      message: expect.stringMatching(
        /None of the 2 images.*“a.png”: the file is empty; “b.png”: it is not an image/,
      ) as string,
    });
  });

  it('has the size of the region of interest', async () => {
    await image('a.png', 100, 100, 'red');
    const roi = [0, 0, 0.25, 1] as const;
    expect(await (await open()).suggestPreprocessing({ color: 'rgb', roi }, signal)).toEqual({
      channels: 3,
      height: 28,
      width: 28,
      roi,
    });
  });
});
