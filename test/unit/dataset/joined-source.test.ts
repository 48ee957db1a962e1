import sharp from 'sharp';
import { beforeEach, describe, expect, it } from 'vitest';
import { openJoined } from '../../../src/engine/dataset/joined-source';
import { scratchFolder } from '../../fixtures/scratch-folder';

const scratch = scratchFolder();
const { signal } = new AbortController();
const preprocessing = { channels: 3, height: 4, width: 4 } as const;

beforeEach(async () => {
  const picture = (background: string, side: number) =>
    sharp({ create: { width: side, height: side, channels: 3, background } })
      .png()
      .toBuffer();
  const red = await picture('#ff0000', 30);
  for (const name of ['apples/1.png', 'apples/2.png', 'apples/cats/1.png']) scratch.write(name, red);
  const blue = await picture('#0000ff', 80);
  for (const name of ['cats/1.png', 'more/cats/1.png', 'more/cats/2.png']) scratch.write(name, blue);
});

const open = (...also: string[]) =>
  openJoined({ source: scratch.path('apples'), scoreAlso: also.map((name) => scratch.path(name)) }, signal);

describe('sources that are scored together', () => {
  it('are listed one after the other, the added ones by the name of their folder', async () => {
    scratch.write('list.txt', 'more/cats/2.png\n');
    const source = await open('more', 'list.txt');
    expect(source.paths).toEqual([
      '1.png',
      '2.png',
      'cats/1.png',
      'more/cats/1.png',
      'more/cats/2.png',
      'list/more/cats/2.png',
    ]);
    expect(source.ownImages).toBe(3);
    expect(source.location).toBe(scratch.path('apples'));
    expect(source.filePath(0)).toBe(scratch.path('apples', '1.png'));
    expect(source.filePath(5)).toBe(scratch.path('more', 'cats', '2.png'));
  });

  it('never share a path', async () => {
    const { paths } = await open('cats', 'more/cats');
    expect(new Set(paths).size).toBe(paths.length);
    expect(paths.slice(3)).toEqual(['cats (2)/1.png', 'cats (3)/1.png', 'cats (3)/2.png']);
  });

  it('are decoded each from its own place, under their new names', async () => {
    const source = await open('cats');
    const own = await source.decode(2, preprocessing);
    const added = await source.decode(3, preprocessing);
    expect(own.pixels?.[0]).toBe(255);
    expect(added.pixels?.[0]).toBe(0);
    expect(added.entry).toMatchObject({ path: 'cats (2)/1.png', width: 80 });
    expect((await source.render(3, 20, 'png')).length).toBeGreaterThan(0);
  });

  it('are looked at by the size of the first', async () => {
    const source = await open('more');
    expect(await source.suggestPreprocessing({ color: 'auto' }, signal)).toMatchObject({ height: 32, channels: 3 });
  });

  it('are refused when one is named twice or is missing', async () => {
    await expect(open('apples')).rejects.toMatchObject({ code: 'settings-invalid' });
    await expect(open('cats', 'cats')).rejects.toMatchObject({ code: 'settings-invalid' });
    await expect(open('dogs')).rejects.toMatchObject({ code: 'source-missing' });
  });
});
