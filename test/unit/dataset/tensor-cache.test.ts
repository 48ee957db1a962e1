import { appendFileSync, readFileSync, renameSync, rmSync, statSync, truncateSync, utimesSync } from 'node:fs';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { ImageSource } from '../../../src/engine/dataset/dataset';
import { openSource } from '../../../src/engine/dataset/open-source';
import { buildTensorCache, openTensorCache } from '../../../src/engine/dataset/tensor-cache';
import { canMakeSmallDisk, withSmallDisk } from '../../fixtures/small-disk';
import { scratchFolder } from '../../fixtures/scratch-folder';
import { npy } from './numpy-files';

const scratch = scratchFolder();
const { signal } = new AbortController();
const shape = { channels: 3, height: 2, width: 2 } as const;
const count = 40;

/** Image `i` has the colour (i, 2i, 3i). */
async function writeImage(index: number, scale = 1): Promise<void> {
  const [r, g, b] = [index, 2 * index, 3 * index].map((value) => scale * value);
  const image = sharp({
    create: { width: 5, height: 4, channels: 3, background: { r: r ?? 0, g: g ?? 0, b: b ?? 0 } },
  });
  scratch.write(`images/${index}.png`, await image.png().toBuffer());
}

async function makeSource(): Promise<ImageSource> {
  for (let index = 0; index < count; index++) await writeImage(index);
  scratch.write('images/7.png', 'damaged');
  return openSource(scratch.path('images'), signal);
}

const file = () => scratch.path('cache', 'images.u8');
const colour = (index: number) =>
  [index, 2 * index, 3 * index].flatMap((value) => Array.from({ length: 4 }, () => value));

/** Counts what is really decoded. */
function counting(source: ImageSource): { source: ImageSource; decoded: number[] } {
  const decoded: number[] = [];
  const watched: ImageSource = Object.create(source, {
    decode: {
      value: (...[index, preprocessing]: Parameters<ImageSource['decode']>) => {
        decoded.push(index);
        return source.decode(index, preprocessing);
      },
    },
  }) as ImageSource;
  return { source: watched, decoded };
}

describe('the tensor cache', () => {
  it('gives the values of any images in any order, scaled to [0, 1]', async () => {
    const { cache, manifest } = await buildTensorCache(await makeSource(), shape, file(), { signal });
    expect(cache).toMatchObject({ count, shape: [3, 2, 2], valuesPerImage: 12 });
    const indexes = [39, 3, 4, 5, 3, 7, 0];
    const out = new Float32Array(indexes.length * 12);
    cache.read(indexes, out);
    const expected = indexes.flatMap((index) => (index === 7 ? colour(0) : colour(index)));
    expect(out).toEqual(Float32Array.from(expected, (value) => value / 255));
    expect(manifest.map(({ path }) => path)).toEqual(Array.from({ length: count }, (_, index) => `${index}.png`));
    expect(manifest.flatMap(({ error }, index) => (error === undefined ? [] : [[index, error]]))).toEqual([
      [7, 'it is not an image'],
    ]);
    await cache.close();
    const again = await openTensorCache(file(), count, [3, 2, 2]);
    again.read([1], out);
    expect(out[0]).toBeCloseTo(1 / 255);
    expect(() => again.read([count], out)).toThrow(RangeError);
    expect(() => again.read([-1], out)).toThrow(RangeError);
    await again.close();
  });

  it('tells of progress and of every image, with few in flight', async () => {
    const source = await makeSource();
    let inFlight = 0;
    let most = 0;
    const watched = Object.create(source, {
      decode: {
        value: async (...[index, preprocessing]: Parameters<ImageSource['decode']>) => {
          most = Math.max(most, ++inFlight);
          const image = await source.decode(index, preprocessing);
          inFlight--;
          return image;
        },
      },
    }) as ImageSource;
    const progress: number[] = [];
    const seen = new Set<number>();
    const { cache } = await buildTensorCache(watched, shape, file(), {
      signal,
      concurrency: 3,
      onProgress: (done, total) => {
        expect(total).toBe(count);
        progress.push(done);
      },
      onImage: (index, { pixels }) => {
        if (pixels !== undefined) expect([...pixels]).toEqual(colour(index));
        seen.add(index);
      },
    });
    await cache.close();
    expect(progress).toEqual(Array.from({ length: count }, (_, index) => index + 1));
    expect(seen.size).toBe(count);
    expect(most).toBe(3);
  });

  it('goes on where it was stopped, and reads again what has changed', async () => {
    const source = await makeSource();
    const stop = new AbortController();
    const stopped = buildTensorCache(source, shape, file(), {
      signal: stop.signal,
      concurrency: 2,
      onProgress: (done) => {
        if (done === 25) stop.abort(new Error('enough'));
      },
    });
    await expect(stopped).rejects.toThrow('enough');
    // A process that is killed leaves half a line.
    appendFileSync(`${file()}.journal`, '[39,{"path":"39.p');
    await writeImage(2, 0);
    utimesSync(scratch.path('images/3.png'), new Date(0), new Date(0));
    const second = counting(source);
    const { cache, manifest } = await buildTensorCache(second.source, shape, file(), { signal, concurrency: 1 });
    expect(second.decoded.slice(0, 2)).toEqual([2, 3]);
    expect(second.decoded.length).toBeLessThanOrEqual(2 + count - 25);
    expect(manifest).toHaveLength(count);
    const out = new Float32Array(3 * 12);
    cache.read([2, 20, 39], out);
    expect(out).toEqual(Float32Array.from([...colour(0), ...colour(20), ...colour(39)], (value) => value / 255));
    await cache.close();
    const third = counting(source);
    const whole = await buildTensorCache(third.source, shape, file(), { signal });
    expect(third.decoded).toEqual([]);
    expect(whole.manifest).toEqual(manifest);
    await whole.cache.close();
  });

  it('is made anew for another shape, other images, or when its file is gone', async () => {
    const source = await makeSource();
    const rebuild = async (preprocessing: Parameters<typeof buildTensorCache>[1], from = source) => {
      const watched = counting(from);
      await (await buildTensorCache(watched.source, preprocessing, file(), { signal })).cache.close();
      return watched.decoded.length;
    };
    expect(await rebuild(shape)).toBe(count);
    expect(await rebuild({ ...shape, roi: [0, 0, 0.5, 1] })).toBe(count);
    expect(await rebuild({ ...shape, channels: 1 })).toBe(count);
    rmSync(file());
    expect(await rebuild({ ...shape, channels: 1 })).toBe(count);
    await writeImage(count);
    expect(await rebuild({ ...shape, channels: 1 }, await openSource(scratch.path('images'), signal))).toBe(count + 1);
  });

  it('of an array is made anew when the array has changed', async () => {
    const read = async (value: number) => {
      const source = await openSource(scratch.write('a.npy', npy([1, 1, 1], Uint8Array.of(value))), signal);
      utimesSync(scratch.path('a.npy'), new Date(), new Date(1e12 + 1000 * value));
      const { cache } = await buildTensorCache(source, { channels: 1, height: 1, width: 1 }, file(), { signal });
      const out = new Float32Array(1);
      cache.read([0], out);
      await cache.close();
      await source.close();
      return Math.round(255 * (out[0] ?? NaN));
    };
    expect([await read(50), await read(60)]).toEqual([50, 60]);
  });

  it('of a folder that goes away meanwhile is refused, and goes on when the folder is back', async () => {
    const source = await makeSource();
    const [here, away] = [scratch.path('images'), scratch.path('away')];
    const onProgress = (done: number) => {
      if (done === 1) renameSync(here, away);
    };
    const building = buildTensorCache(source, shape, file(), { signal, onProgress });
    await expect(building).rejects.toMatchObject({ code: 'source-unreadable' });
    await expect(building).rejects.toThrow('went away while it was being read');
    renameSync(away, here);
    const { cache, manifest } = await buildTensorCache(source, shape, file(), { signal });
    expect(manifest.filter(({ error }) => error !== undefined).map(({ path }) => path)).toEqual(['7.png']);
    await cache.close();
  });

  it('that is missing or cut off is refused, not read', async () => {
    await expect(openTensorCache(file(), 1, [3, 2, 2])).rejects.toMatchObject({ code: 'run-invalid' });
    const { cache } = await buildTensorCache(await makeSource(), shape, file(), { signal });
    await cache.close();
    truncateSync(file(), 100);
    await expect(openTensorCache(file(), count, [3, 2, 2])).rejects.toThrow(/has 100 bytes instead of 480/);
  });

  it('takes as many bytes as its images have values', async () => {
    const { cache } = await buildTensorCache(await makeSource(), shape, file(), { signal });
    await cache.close();
    expect(statSync(file()).size).toBe(count * 12);
    expect(readFileSync(`${file()}.journal`, 'utf8').trim().split('\n')).toHaveLength(count + 1);
  });
});

describe('a full disk', () => {
  it.skipIf(!canMakeSmallDisk)('is told before anything is decoded', async () => {
    await withSmallDisk(scratch.path('small'), async (disk) => {
      const watched = counting(await makeSource());
      const large = { channels: 3, height: 64, width: 64 } as const;
      await expect(buildTensorCache(watched.source, large, `${disk}/images.u8`, { signal })).rejects.toMatchObject({
        code: 'disk-full',
        message: expect.stringMatching(/too little room for the preprocessed images \(1 MB\)/) as string,
      });
      expect(watched.decoded).toEqual([]);
    });
  });
});
