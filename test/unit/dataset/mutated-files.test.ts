import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { ImageSource } from '../../../src/engine/dataset/dataset';
import { listArrays } from '../../../src/engine/dataset/list-arrays';
import { openSource } from '../../../src/engine/dataset/open-source';
import { UserError } from '../../../src/shared/errors';
import { randomStream, type RandomStream } from '../../../src/shared/random';
import { scratchFolder } from '../../fixtures/scratch-folder';
import { idx } from './idx-files';
import { bytesOf, npy, zip } from './numpy-files';
import { tiff } from './tiff-files';

const scratch = scratchFolder();
const { signal } = new AbortController();
const mutants = 40;

const pixels = Uint8Array.from({ length: 3 * 64 }, (_, i) => (37 * i) % 256);
const array = npy([3, 8, 8], pixels);
const floats = npy([3, 4, 4], bytesOf(Float32Array.from({ length: 48 }, (_, i) => i / 48)), {
  descr: '<f4',
  fortranOrder: true,
});

const seeds: readonly (readonly [string, Buffer])[] = [
  ['a.npy', array],
  ['b.npy', floats],
  [
    'c.npz',
    zip([
      { name: 'x.npy', content: array, deflate: true },
      { name: 'y.npy', content: floats },
    ]),
  ],
  ['d.idx', idx(0x08, [3, 8, 8], pixels)],
  ['e.idx.gz', gzipSync(idx(0x08, [3, 8, 8], pixels))],
  ['f.tif', tiff([{ pixels: pixels.slice(0, 4) }, { pixels: pixels.slice(4, 8) }, { pixels: pixels.slice(8, 12) }])],
  ['g.tif', tiff([{ pixels: pixels.slice(0, 4) }, { pixels: pixels.slice(4, 8) }], { big: true, bigEndian: true })],
];

/** A few changes where formats keep their promises: bytes, numbers, pieces cut out, doubled or appended. */
function mutate(original: Buffer, chance: RandomStream): Buffer {
  let bytes = Buffer.from(original);
  for (let change = 1 + chance.below(3); change > 0 && bytes.length > 8; change--) {
    // Headers are at the beginning, an archive's directory at the end.
    const reach = Math.min(bytes.length - 4, 160);
    const at = chance.below(3) === 0 ? bytes.length - 4 - chance.below(reach) : chance.below(reach);
    const extremes = [0, 1, 0x7fffffff, 0x80000000, 0xffffffff, bytes.length];
    switch (chance.below(6)) {
      case 0:
        bytes.writeUInt8(chance.below(256), at);
        break;
      case 1:
        bytes.writeUInt32LE(extremes[chance.below(extremes.length)] ?? 0, at);
        break;
      case 2:
        bytes.writeUInt32BE(extremes[chance.below(extremes.length)] ?? 0, at);
        break;
      case 3:
        bytes = bytes.subarray(0, chance.below(bytes.length));
        break;
      case 4:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + chance.below(20))]);
        break;
      default:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at, at + 12), bytes.subarray(at)]);
    }
  }
  return bytes;
}

/** How many images could be read; -1 when the file was refused. Anything but a {@link UserError} goes through. */
async function readAll(location: string): Promise<number> {
  let source: ImageSource;
  try {
    source = await openSource(location, signal);
  } catch (error) {
    if (error instanceof UserError) return -1;
    throw error;
  }
  let readable = 0;
  for (const index of [...source.paths.keys()].slice(0, 5)) {
    const { entry, pixels: decoded } = await source.decode(index, { channels: 1, height: 4, width: 4 });
    expect(entry.error === undefined).toBe(decoded !== undefined);
    if (decoded) readable++;
    else expect(entry.error).not.toBe('');
  }
  await source.close();
  return readable;
}

describe('a file that was changed at random', () => {
  it.each(seeds)('is read or refused with a reason, and never breaks anything: %s', async (name, content) => {
    const chance = randomStream(7, name);
    const outcomes = new Set<string>();
    const array = name.startsWith('c.') ? '#x' : '';
    expect(await readAll(scratch.write(name, content) + array)).toBeGreaterThan(1);
    for (let mutant = 0; mutant < mutants; mutant++) {
      const file = scratch.write(name, mutate(content, chance));
      outcomes.add((await readAll(file + array)) < 0 ? 'refused' : 'read');
      if (name.endsWith('.tif')) continue;
      await listArrays(file).catch((error: unknown) => {
        if (!(error instanceof UserError)) throw error;
      });
    }
    expect(outcomes).toContain('refused');
  });
});
