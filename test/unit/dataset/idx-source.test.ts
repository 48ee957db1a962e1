import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { listArrays } from '../../../src/engine/dataset/list-arrays';
import { openSource } from '../../../src/engine/dataset/open-source';
import { isArrayFile } from '../../../src/shared/source-location';
import { scratchFolder } from '../../fixtures/scratch-folder';
import { idx } from './idx-files';
import { bytesOf, npy } from './numpy-files';

const scratch = scratchFolder();
const { signal } = new AbortController();
const plain = Uint8Array.from([0, 1, 2, 3, 250, 251, 252, 255]);

async function levels(location: string) {
  const source = await openSource(location, signal, { workFolder: scratch.path('work') });
  try {
    const images: (number[] | string)[] = [];
    for (const index of source.paths.keys()) {
      const { entry, pixels } = await source.decode(index, { channels: 1, height: 2, width: 2 });
      images.push(entry.error ?? [...(pixels ?? [])]);
    }
    return { images, paths: source.paths, notes: source.notes };
  } finally {
    await source.close();
  }
}

describe('an IDX file', () => {
  it.each(['train-images-idx3-ubyte', 'train-images.idx3-ubyte', 'digits.idx'])(
    'is an array of images: %s',
    async (name) => {
      const { images, paths } = await levels(scratch.write(name, idx(0x08, [2, 2, 2], plain)));
      expect(images).toEqual([
        [0, 1, 2, 3],
        [250, 251, 252, 255],
      ]);
      expect(paths[1]).toBe(`${name.replace(/\.idx$/, '')}/000001`);
    },
  );

  it.each<[string, number, Buffer]>([
    ['int16', 0x0b, bytesOf(Uint16Array.from([0, 64, 128, 255])).swap16()],
    ['int32', 0x0c, bytesOf(Int32Array.from([0, 64, 128, 255])).swap32()],
    ['float32', 0x0d, bytesOf(Float32Array.from([0, 64, 128, 255])).swap32()],
    ['float64', 0x0e, bytesOf(Float64Array.from([0, 64, 128, 255])).swap64()],
  ])('may hold other numbers, always big endian: %s', async (type, code, data) => {
    const { images, notes } = await levels(scratch.write('a.idx', idx(code, [1, 2, 2], data)));
    expect(images).toEqual([[0, 64, 128, 255]]);
    expect(notes).toEqual([`“a.idx” was read as ${type} big endian in 0…255, grey.`]);
  });

  it('may hold signed bytes', async () => {
    const { images, notes } = await levels(
      scratch.write('a.idx', idx(0x09, [1, 2, 2], Uint8Array.from([0, 128, 255, 127]))),
    );
    expect(images).toEqual([[128, 0, 127, 255]]);
    expect(notes[1]).toBe('Values are in no usual range; −128 was taken as black and 127 as white.');
  });

  it('and an array in NumPy’s format may be compressed with gzip', async () => {
    const packed = scratch.write('t10k-images-idx3-ubyte.gz', gzipSync(idx(0x08, [2, 2, 2], plain)));
    const { images, paths } = await levels(packed);
    expect(images).toHaveLength(2);
    expect(images[1]).toEqual([250, 251, 252, 255]);
    expect(paths[0]).toBe('t10k-images-idx3-ubyte/000000');
    expect((await levels(scratch.write('a.npy.gz', gzipSync(npy([2, 2, 2], plain))))).images).toEqual(images);
    expect(await listArrays(packed)).toEqual([
      { name: '', type: 'uint8', shape: [2, 2, 2], meaning: '2 images of 2×2, grey, 0…255' },
    ]);
  });

  it.each<[string, string, Buffer, RegExp]>([
    ['a false count', 'a.idx', idx(0x08, [9, 2, 2], plain), /ends early: its shape needs 52 bytes, but it has 24/],
    [
      'a false count, compressed',
      'a.idx.gz',
      gzipSync(idx(0x08, [9, 2, 2], plain)),
      /ends early: its shape needs 52 bytes, but it has 24/,
    ],
    [
      'more than its count, compressed',
      'a.idx.gz',
      gzipSync(idx(0x08, [1, 2, 2], plain)),
      /unpacks to more than the 20 bytes/,
    ],
    ['a count beyond all files', 'a.idx', idx(0x08, [0xffffffff, 28, 28], plain), /up to 4000000 can be reviewed/],
    ['axes beyond all files', 'a.idx', idx(0x0e, [1, 0xffffffff, 0xffffffff], plain), /impossible images/],
    ['an unknown type', 'a.idx', idx(0x0a, [1, 2, 2], plain), /element type 0x0a is none/],
    ['255 axes', 'a.idx', Buffer.from([0, 0, 8, 255, 0, 0, 0, 1]), /header ends early/],
    ['five axes', 'a.idx', idx(0x08, [1, 2, 1, 2, 2], plain), /at most four axes/],
    ['labels only', 'a.idx', idx(0x08, [8], plain), /its shape is 8, but images are/],
    ['nothing', 'a.idx', Buffer.alloc(0), /it is empty/],
    ['text', 'a.idx', Buffer.from('hello, world'), /does not begin like a NumPy array/],
    ['no gzip', 'a.idx.gz', idx(0x08, [2, 2, 2], plain), /damaged or not compressed with gzip/],
    [
      'half a gzip',
      'a.idx.gz',
      gzipSync(idx(0x08, [2, 2, 2], plain)).subarray(0, 25),
      /damaged or not compressed with gzip|ends early/,
    ],
  ])('is refused with the reason: %s', async (_, name, content, reason) => {
    const opening = openSource(scratch.write(name, content), signal);
    await expect(opening).rejects.toMatchObject({
      code: 'source-invalid',
      message: expect.stringMatching(reason) as string,
    });
  });

  it('is known by its name', () => {
    for (const name of [
      'a.npy',
      'a.NPZ',
      'a.npy.gz',
      'x.idx',
      'x.idx.gz',
      'train-labels-idx1-ubyte',
      'a.idx3-ubyte.gz',
      'b-idx4-float',
    ]) {
      expect([name, isArrayFile(name)]).toEqual([name, true]);
    }
    for (const name of ['a.gz', 'a.tar.gz', 'a.npz.gz', 'idx', 'a.idx3', 'idx3-ubyte.txt', 'a.png']) {
      expect([name, isArrayFile(name)]).toEqual([name, false]);
    }
  });
});
