import { existsSync, readFileSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Preprocessing } from '../../../src/engine/dataset/dataset';
import { openSource } from '../../../src/engine/dataset/open-source';
import { buildTensorCache, openTensorCache } from '../../../src/engine/dataset/tensor-cache';
import { scratchFolder } from '../../fixtures/scratch-folder';
import { npy, zip } from './numpy-files';

const scratch = scratchFolder();
const { signal } = new AbortController();
const colour = { channels: 3, height: 2, width: 2 } as const;
/** Three images of [2, 2, 3]. */
const bytes = Uint8Array.from({ length: 36 }, (_, i) => 7 * i);
const planes = (image: number) =>
  [0, 1, 2].flatMap((channel) => [0, 1, 2, 3].map((pixel) => bytes[12 * image + 3 * pixel + channel] ?? NaN));

const cacheFile = () => scratch.path('run', 'cache', 'images.u8');

async function build(location: string, preprocessing: Preprocessing = colour) {
  const arrays = location.endsWith('first.npy') ? { arrayLayout: 'channels-first' as const } : {};
  const source = await openSource(location, signal, { workFolder: scratch.path('run', 'cache', 'arrays'), arrays });
  try {
    return await buildTensorCache(source, preprocessing, cacheFile(), { signal });
  } finally {
    await source.close();
  }
}

async function levelsOf(location: string, indexes: readonly number[], preprocessing: Preprocessing = colour) {
  const { cache } = await build(location, preprocessing);
  const out = new Float32Array(indexes.length * cache.valuesPerImage);
  cache.read(indexes, out);
  await cache.close();
  return [...out].map((value) => Math.round(255 * value));
}

describe('an array that needs no change', () => {
  it('is read where it is, without a copy, in any order', async () => {
    const file = scratch.write('a.npy', npy([3, 2, 2, 3], bytes));
    expect(await levelsOf(file, [2, 0, 1, 2])).toEqual([2, 0, 1, 2].flatMap(planes));
    expect(existsSync(cacheFile())).toBe(false);
  });

  it('is identified image by image all the same', async () => {
    const { cache, manifest } = await build(scratch.write('a.npy', npy([3, 2, 2, 3], bytes)));
    await cache.close();
    expect(manifest.map(({ path }) => path)).toEqual(['a/000000', 'a/000001', 'a/000002']);
    expect(manifest[1]).toMatchObject({
      sha256: createHash('sha256').update(bytes.subarray(12, 24)).digest('hex'),
      width: 2,
      height: 2,
      bytes: 12,
    });
  });

  it('may be planes, grey, stored or packed in an archive, or nothing but zeros and ones', async () => {
    const first = npy([3, 3, 2, 2], Uint8Array.from([0, 1, 2].flatMap(planes)));
    expect(await levelsOf(scratch.write('first.npy', first), [1])).toEqual(planes(1));
    for (const deflate of [false, true]) {
      const archive = zip([{ name: 'x.npy', content: npy([3, 2, 2, 3], bytes), deflate }]);
      expect(await levelsOf(scratch.write('a.npz', archive), [2, 1])).toEqual([2, 1].flatMap(planes));
      expect(existsSync(cacheFile())).toBe(false);
    }
    const grey = { channels: 1, height: 2, width: 2 } as const;
    const binary = scratch.write('b.npy', npy([1, 2, 2], Uint8Array.from([0, 1, 1, 0])));
    expect(await levelsOf(binary, [0], grey)).toEqual([0, 255, 255, 0]);
  });

  it('is copied when it must be resized, cut or mixed', async () => {
    const file = scratch.write('a.npy', npy([3, 2, 2, 3], bytes));
    for (const wish of [
      { ...colour, height: 4 },
      { ...colour, roi: [0, 0, 1, 0.5] as const },
      { ...colour, channels: 1 as const },
    ]) {
      await (await build(file, wish)).cache.close();
      expect(existsSync(cacheFile())).toBe(true);
      expect(existsSync(`${cacheFile()}.place`)).toBe(false);
    }
    expect(await levelsOf(file, [1])).toEqual(planes(1));
    expect(existsSync(cacheFile())).toBe(false);
  });

  it('is found again by a later process, also when the run folder has moved', async () => {
    const content = zip([{ name: 'x.npy', content: npy([3, 2, 2, 3], bytes), deflate: true }]);
    await (await build(scratch.write('a.npz', content))).cache.close();
    renameSync(scratch.path('run'), scratch.path('moved'));
    const cache = await openTensorCache(scratch.path('moved', 'cache', 'images.u8'), 3, [3, 2, 2]);
    const out = new Float32Array(12);
    cache.read([1], out);
    expect([...out].map((value) => Math.round(255 * value))).toEqual(planes(1));
    await cache.close();
  });

  it('is refused once it has changed or is gone, and read anew by the next scan', async () => {
    const file = scratch.write('a.npy', npy([3, 2, 2, 3], bytes));
    const { cache } = await build(file);
    const out = new Float32Array(12);
    writeFileSync(
      file,
      npy(
        [3, 2, 2, 3],
        bytes.map((value) => 255 - value),
      ),
    );
    utimesSync(file, new Date(), new Date(1e12));
    expect(() => {
      cache.read([0], out);
    }).toThrow(/was changed while it was in use/);
    await cache.close();
    await expect(openTensorCache(cacheFile(), 3, [3, 2, 2])).rejects.toMatchObject({
      code: 'run-invalid',
      message: expect.stringContaining('has changed since') as string,
    });
    expect(await levelsOf(file, [1])).toEqual(planes(1).map((value) => 255 - value));
    renameSync(file, scratch.path('b.npy'));
    await expect(openTensorCache(cacheFile(), 3, [3, 2, 2])).rejects.toThrow(/is gone/);
  });

  it('is never written to', async () => {
    const content = npy([3, 2, 2, 3], bytes);
    const file = scratch.write('a.npy', content);
    await levelsOf(file, [0]);
    expect(readFileSync(file).equals(content)).toBe(true);
  });
});

describe('an array that changes while it is read', () => {
  it.each([
    [
      'grows',
      (file: string) => {
        writeFileSync(file, npy([9, 2, 2, 3], new Uint8Array(9 * 12)));
      },
    ],
    [
      'is cut off',
      (file: string) => {
        writeFileSync(file, npy([3, 2, 2, 3], bytes).subarray(0, 140));
      },
    ],
  ])('is refused, for half of it would be of another array: %s', async (_, change) => {
    const file = scratch.write('a.npy', npy([3, 2, 2, 3], bytes));
    const source = await openSource(file, signal);
    for (const preprocessing of [colour, { ...colour, height: 4 }]) {
      const building = buildTensorCache(source, preprocessing, cacheFile(), {
        signal,
        onProgress: () => {
          change(file);
          utimesSync(file, new Date(), new Date(1e12));
        },
      });
      await expect(building).rejects.toMatchObject({
        code: 'source-invalid',
        message: expect.stringContaining('changed while it was being read') as string,
      });
      writeFileSync(file, npy([3, 2, 2, 3], bytes));
    }
    await source.close();
  });
});
