import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readLabels } from '../../../src/engine/dataset/labels';
import { scratchFolder } from '../../fixtures/scratch-folder';
import { idx } from './idx-files';
import { bytesOf, npy, zip } from './numpy-files';

const scratch = scratchFolder();
const paths = ['x/000000', 'x/000001', 'x/000002'];
const bits = Uint8Array.of(0, 1, 1);
const read = (name: string, content: Uint8Array, array = '') => readLabels(scratch.write(name, content) + array, paths);

describe('labels that are an array', () => {
  it.each<[string, string, Uint8Array, string]>([
    ['IDX', 'labels-idx1-ubyte', idx(0x08, [3], bits), ''],
    ['IDX, compressed', 'labels-idx1-ubyte.gz', gzipSync(idx(0x08, [3], bits)), ''],
    ['truth values', 'y.npy', npy([3], bits, { descr: '|b1' }), ''],
    ['a column of floats', 'y.npy', npy([3, 1], bytesOf(Float32Array.of(0, 1, 1)), { descr: '<f4' }), ''],
    ['big integers', 'y.npy', npy([3], bytesOf(BigInt64Array.of(0n, 1n, 1n)), { descr: '<i8' }), ''],
    [
      'one of an archive',
      'y.npz',
      zip([
        { name: 'y.npy', content: npy([3], bits), deflate: true },
        { name: 'x.npy', content: npy([3, 2, 2], new Uint8Array(12)) },
      ]),
      '#y',
    ],
  ])('are read in data-set order: %s', async (_, name, content, array) => {
    expect((await read(name, content, array)).labels).toEqual(Int8Array.of(0, 1, 1));
  });

  it('may be unknown', async () => {
    const found = await read('y.npy', npy([3], Uint8Array.of(0, 255, 1), { descr: '|i1' }));
    expect(found).toMatchObject({ labels: Int8Array.of(0, -1, 1), matched: 2, unlabelled: ['x/000001'] });
  });

  it.each<[string, Uint8Array, RegExp]>([
    ['classes', npy([3], Uint8Array.of(0, 7, 1)), /label 1 is 7 \(uint8\); 0 for normal, 1 for an anomaly/],
    ['another length', npy([2], bits.slice(1)), /not equally many \(2 and 3\)/],
    ['images', npy([3, 2, 2], new Uint8Array(12)), /its shape is 3×2×2; one number an image/],
    ['objects', npy([3], bits, { descr: '|O' }), /holds Python objects/],
    ['fewer than it says', npy([3], bits.slice(1)), /ends early/],
    ['nothing', new Uint8Array(), /it is empty/],
  ])('are refused with the reason: %s', async (_, content, reason) => {
    await expect(read('y.npy', content)).rejects.toMatchObject({
      code: 'labels-invalid',
      message: expect.stringMatching(reason) as string,
    });
  });

  it('are refused when they are missing', async () => {
    await expect(readLabels(scratch.path('none.npy'), paths)).rejects.toMatchObject({ code: 'labels-invalid' });
  });
});
