import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readLatentRange } from '../../../src/engine/runs/latents-file';
import { numpyHeader, writeMatrix } from '../../../src/engine/runs/matrix-file';
import { scratchFolder } from '../../fixtures/scratch-folder';

const scratch = scratchFolder();

async function write(file: string, rows: number): Promise<void> {
  await writeMatrix(file, rows, 2, async (put) => {
    await put(Uint32Array.of(1, 2), Float32Array.of(1, -2, 3, 4));
    await put(Uint32Array.of(4, 6), Float32Array.of(5, 6, -7, 8, 99, 99));
  });
}

describe('the file of codes', () => {
  it('has the bytes that numpy.save writes', () => {
    const header = Buffer.from(numpyHeader([7, 2]));
    expect(header.toString('latin1')).toBe(
      `\x93NUMPY\x01\x00\x76\x00{'descr': '<f4', 'fortran_order': False, 'shape': (7, 2), }${' '.repeat(58)}\n`,
    );
    expect(header).toHaveLength(128);
  });

  it('ends its header at a multiple of 64 bytes, whatever the shape', () => {
    for (const shape of [[5], [1, 1], [123_456_789, 65_536], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]]) {
      const header = Buffer.from(numpyHeader(shape));
      expect(header.length % 64).toBe(0);
      expect(header.readUInt16LE(8)).toBe(header.length - 10);
      expect(header.at(-1)).toBe(0x0a);
    }
    expect(Buffer.from(numpyHeader([5])).toString('latin1')).toContain("'shape': (5,), }");
  });

  it('has a row of NaN for every image without a code', async () => {
    const file = scratch.path('latents.npy');
    await write(file, 8);
    const bytes = readFileSync(file);
    const values = new Float32Array(Uint8Array.from(bytes.subarray(128)).buffer);
    expect([...values]).toEqual([NaN, NaN, 1, -2, 3, 4, NaN, NaN, 5, 6, NaN, NaN, -7, 8, NaN, NaN]);
  });

  it('tells the lowest and highest of each element over the images that have a code', async () => {
    const file = scratch.path('latents.npy');
    await write(file, 8);
    expect(await readLatentRange(file, 8, 2)).toEqual({
      lowest: Float32Array.of(-7, -2),
      highest: Float32Array.of(5, 8),
    });
  });

  it('reads a range over more rows than fit in memory at once', async () => {
    const file = scratch.path('latents.npy');
    const rows = 30_000;
    const latent = 64;
    await writeMatrix(file, rows, latent, async (put) => {
      const row = new Float32Array(latent);
      for (let index = 0; index < rows; index++) {
        row.fill(Math.sin(index));
        row[63] = index;
        await put(Uint32Array.of(index), row);
      }
    });
    const { lowest, highest } = await readLatentRange(file, rows, latent);
    expect([lowest[63], highest[63]]).toEqual([0, rows - 1]);
    expect(highest[0]).toBeCloseTo(1, 5);
  });

  it('is 0 to 0 when no image could be read', async () => {
    const file = scratch.path('latents.npy');
    await writeMatrix(file, 3, 2, () => Promise.resolve());
    expect(await readLatentRange(file, 3, 2)).toEqual({
      lowest: Float32Array.of(0, 0),
      highest: Float32Array.of(0, 0),
    });
  });

  it('is not there, nor half of it, when scoring stopped before its end', async () => {
    mkdirSync(scratch.path('scores'));
    const file = scratch.path('scores', 'latents.npy');
    const stopped = writeMatrix(file, 8, 2, async (put) => {
      await put(Uint32Array.of(0), Float32Array.of(1, 1));
      throw new Error('stopped');
    });
    await expect(stopped).rejects.toThrow('stopped');
    expect(readdirSync(scratch.path('scores'))).toEqual([]);
  });

  it('is refused with its name when it is missing or cut off', async () => {
    const file = scratch.path('latents.npy');
    await expect(readLatentRange(file, 8, 2)).rejects.toMatchObject({ code: 'run-invalid' });
    await write(file, 8);
    await expect(readLatentRange(file, 9, 2)).rejects.toThrow(`“${file}” has 192 bytes instead of 200. Scan again.`);
  });
});
