import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBackbone } from '../../../src/engine/compute/onnx/backbone';
import { enlarged } from '../../../src/engine/compute/image-scaling';
import { anySize, Graph } from '../../../src/engine/compute/onnx/graph';
import type { BackboneWishes } from '../../../src/engine/compute/backbone';
import { randomStream } from '../../../src/shared/random';
import { smallBackbone } from './small-backbone';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'backbone-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function written(bytes: Uint8Array, name = 'backbone.onnx'): string {
  const file = path.join(folder, name);
  writeFileSync(file, bytes);
  return file;
}

async function features(wishes: BackboneWishes, images: Float32Array, count: number, channels: number, side: number) {
  const backbone = await openBackbone(wishes, 1);
  try {
    return (await backbone.run(images, count, { channels, height: side, width: side })).features;
  } finally {
    await backbone.dispose();
  }
}

describe('A pretrained network from an ONNX file', () => {
  it('gives mean and standard deviation of every channel of its maps, and its vectors as they are', async () => {
    const images = Float32Array.from({ length: 3 * 64 }, (_, place) =>
      place % 64 < 32 ? 0 : ([0.2, 0.4, 1][place >> 6] ?? 0),
    );
    const found = await features({ file: written(smallBackbone({ side: 8 })) }, images, 1, 3, 8);
    const expected = [0.1, 0.1, 0.2, 0.2, 0.5, 0.5, 0.2, 0.4, 1];
    found.forEach((value, place) => {
      expect(value).toBeCloseTo(expected[place] ?? NaN, 5);
    });
    expect(found).toHaveLength(expected.length);
  });

  it('takes size, mean and deviation from its metadata, and rather from what the user says', async () => {
    const side = anySize;
    const file = written(
      smallBackbone({ side, metadata: { input_size: '3, 16, 16', mean: '[0.5, 0, 0]', std: '0.5' } }),
    );
    const half = new Float32Array(3 * 100).fill(0.5);
    const backbone = await openBackbone({ file }, 1);
    expect(backbone.recipe).toMatchObject({ size: [16, 16], mean: [0.5, 0, 0], std: [0.5] });
    await backbone.dispose();
    expect([...(await features({ file }, half, 1, 3, 10))].slice(-3)).toEqual([0, 1, 1]);
    const changed = { file, size: 9, mean: [0], std: [1, 0.5, 0.25] };
    expect([...(await features(changed, half, 1, 3, 10))].slice(-3)).toEqual([0.5, 1, 2]);
  });

  it('sees grey images in all its channels, and colours as grey where it has one', async () => {
    const grey = new Float32Array(64).fill(0.25);
    const colours = Float32Array.from({ length: 192 }, (_, place) => [0.25, 0.5, 0.75][place >> 6] ?? 0);
    const three = written(smallBackbone({ side: 8 }), 'three.onnx');
    const one = written(smallBackbone({ side: 8, channels: 1 }), 'one.onnx');
    expect([...(await features({ file: three }, grey, 1, 1, 8))].slice(-3)).toEqual([0.25, 0.25, 0.25]);
    expect([...(await features({ file: one }, colours, 1, 3, 8))].slice(-1)).toEqual([0.5]);
  });

  it('gives an image the same features in any company, also where it was made for so many at once', async () => {
    const random = randomStream(0, 'company');
    const images = Float32Array.from({ length: 70 * 3 * 64 }, () => random.below(256) / 255);
    const free = await features({ file: written(smallBackbone({ side: 8 })) }, images, 70, 3, 8);
    const bound = await features({ file: written(smallBackbone({ side: 8, batch: 4 })) }, images, 70, 3, 8);
    expect(bound).toEqual(free);
    const last = await features({ file: written(smallBackbone({ side: 8 })) }, images.subarray(69 * 192), 1, 3, 8);
    expect(last).toEqual(free.slice(69 * 9));
  });

  it('gives the places of a map as means over squares of it, not more than eight a side', async () => {
    const file = written(smallBackbone({ side: 18 }));
    const random = randomStream(0, 'places');
    const images = Float32Array.from({ length: 2 * 3 * 18 * 18 }, () => random.below(256) / 255);
    const backbone = await openBackbone({ file }, 1);
    expect(backbone.mapShape).toEqual([3, 6, 6]);
    const { map = new Float32Array() } = await backbone.run(images, 2, { channels: 3, height: 18, width: 18 });
    await backbone.dispose();
    expect(map).toHaveLength(2 * 3 * 36);
    // The second image's third channel, second row of squares, last of them.
    const plane = images.subarray(5 * 324, 6 * 324);
    const square = [3, 4, 5].flatMap((y) => [15, 16, 17].map((x) => plane[y * 18 + x] ?? NaN));
    expect(map[5 * 36 + 6 + 5]).toBeCloseTo(square.reduce((sum, value) => sum + value, 0) / 9, 5);
    const uneven = await openBackbone({ file: written(smallBackbone({ side: 20 })) }, 1);
    const grey = await uneven.run(new Float32Array(3 * 400).fill(0.5), 1, { channels: 3, height: 20, width: 20 });
    await uneven.dispose();
    expect(uneven.mapShape).toEqual([3, 7, 7]);
    expect(grey.map).toEqual(new Float32Array(3 * 49).fill(0.5));
  });

  it('refuses what is no such network with a sentence that says why', async () => {
    const twoInputs = new Graph();
    twoInputs.output(
      'both',
      twoInputs.add('Add', [twoInputs.input('a', [1, 3, 8, 8]), twoInputs.input('b', [1, 3, 8, 8])], [1, 3, 8, 8]),
    );
    const vector = new Graph();
    vector.output('same', vector.input('numbers', [-1, 12]));
    const refused: readonly (readonly [bytes: Uint8Array, why: RegExp])[] = [
      [new TextEncoder().encode('no network'), /ONNX Runtime cannot open it/],
      [twoInputs.encode(), /2 inputs/],
      [vector.encode(), /not a batch of float images/],
      [smallBackbone({ side: 8, channels: 4 }), /4 channels/],
      [smallBackbone({ side: 8, vectors: 1000 }), /3006 features/],
      [smallBackbone({ side: anySize, metadata: { input_size: '4' } }), /4 × 4 pixels/],
    ];
    for (const [bytes, why] of refused) {
      await expect(openBackbone({ file: written(bytes) }, 1)).rejects.toThrow(why);
    }
    await expect(openBackbone({ file: path.join(folder, 'none.onnx') }, 1)).rejects.toThrow(/cannot be read/);
  });

  it('refuses wishes that do not suit it', async () => {
    const file = written(smallBackbone({ side: 8 }));
    await expect(openBackbone({ file, size: 9 }, 1)).rejects.toThrow(/8 × 8 pixels only/);
    await expect(openBackbone({ file, mean: [0, 1] }, 1)).rejects.toThrow(/numbers of the mean \(2\)/);
    await expect(openBackbone({ file, std: [0] }, 1)).rejects.toThrow(/above 0/);
    expect((await openBackbone({ file, size: 8 }, 1)).featureSize).toBe(9);
  });
});

describe('Enlarging', () => {
  it('keeps an image of the same size, a plain one and the ends of a ramp', () => {
    const ramp = Float32Array.of(0, 1, 2, 3);
    const size = { channels: 1, height: 1, width: 4 };
    expect(enlarged(ramp, size, [1, 4])).toEqual(ramp);
    const wide = enlarged(ramp, size, [2, 8]);
    expect([...wide.subarray(0, 8)]).toEqual([0, 0.25, 0.75, 1.25, 1.75, 2.25, 2.75, 3]);
    expect(wide.subarray(8)).toEqual(wide.subarray(0, 8));
  });
});
