/** The lowering on blocked tensors against the plain one, whose gradients are checked by finite differences. */
import { describe, expect, it } from 'vitest';
import { blockSize } from '../../../src/engine/compute/onnx/blocked/block-size';
import { blockedLowering } from '../../../src/engine/compute/onnx/blocked/lowering';
import { type Lowering, plainLowering } from '../../../src/engine/compute/onnx/lowering';
import { drawNoise, planNoise } from '../../../src/engine/compute/network/noise';
import { floatsOf, floatTensor, openSession, wholeNumberTensor } from '../../../src/engine/compute/onnx/session';
import { buildGradientGraph, noiseInput } from '../../../src/engine/compute/onnx/training-graph';
import { initialWeights } from '../../../src/engine/model/initial';
import { choosePreset } from '../../../src/engine/model/presets';
import { checkNetwork, type NetworkPlan, valueCount } from '../../../src/engine/model/shapes';
import type { Layer } from '../../../src/engine/model/spec';
import { randomStream } from '../../../src/shared/random';

const block = await blockSize();

const conv = (out: number, kernel: number, stride: number, padding: number, bias = true): Layer => ({
  type: 'conv',
  out,
  kernel,
  stride,
  padding,
  bias,
});
const norm: Layer = { type: 'batchNorm' };
const pooled: Layer = { type: 'averagePool', kernel: 2, padding: 0 };
const transposed: Layer = {
  type: 'convTranspose',
  out: 16,
  kernel: 3,
  stride: 2,
  padding: 1,
  outputPadding: 1,
  bias: true,
};
const doubled: Layer = { type: 'resize', scale: 2 };
const bend: Layer = { type: 'leakyRelu', slope: 0.1 };

/** [what is tested, channels, height and width of the image, encoder, batch]; the decoder is always the same. */
const cases: readonly [string, readonly [number, number, number], Layer[], number?][] = [
  ['an image of 3 channels', [3, 6, 7], [conv(16, 3, 1, 1), bend]],
  ['a batch of whole blocks', [3, 6, 7], [conv(16, 3, 1, 1), conv(16, 3, 1, 1)], 16],
  ['a batch of more than one block', [1, 5, 4], [conv(32, 3, 1, 1), norm, bend, conv(16, 3, 1, 1)], 19],
  [
    'sums of each block of images first',
    [1, 8, 8],
    [conv(32, 3, 1, 1), bend, conv(16, 3, 1, 1), doubled, conv(16, 3, 1, 1)],
    19,
  ],
  ['several blocks of channels', [3, 5, 4], [conv(32, 3, 1, 1, false), norm, bend, conv(48, 3, 1, 1), norm]],
  ['stride 2, odd and even sides', [3, 7, 6], [conv(16, 3, 2, 1), bend, conv(32, 3, 2, 1), norm, { type: 'relu' }]],
  ['stride 2 with pixels unseen', [3, 8, 8], [conv(16, 3, 1, 1), conv(16, 2, 3, 0), bend]],
  ['kernels of 1 and 5', [3, 6, 5], [conv(16, 1, 1, 0), bend, conv(16, 5, 1, 2), norm]],
  ['more padding than kernel', [3, 4, 5], [conv(16, 1, 1, 0), conv(16, 1, 1, 1), bend]],
  ['channels that fill no block in between', [3, 6, 5], [conv(16, 3, 1, 1), bend, conv(20, 3, 1, 1), norm]],
  ['enlargement by whole factors', [3, 4, 3], [conv(16, 3, 1, 1), resize(8, 9), conv(16, 3, 1, 1), bend]],
  [
    'doublings before convolutions',
    [3, 4, 6],
    [conv(16, 3, 1, 1), doubled, conv(32, 3, 1, 1, false), norm, doubled, conv(16, 3, 1, 1)],
  ],
  [
    'a doubling before a few channels',
    [3, 4, 6],
    [conv(32, 3, 1, 1), bend, doubled, conv(3, 3, 1, 1), doubled, conv(16, 3, 1, 1)],
    17,
  ],
  ['a doubling of plain values', [16, 2, 3], [doubled, conv(16, 3, 1, 1), bend, doubled, conv(5, 3, 1, 1)]],
  ['a doubling in a sum', [16, 2, 2], [conv(16, 3, 1, 1), residual([doubled, conv(16, 3, 1, 1)], [doubled])]],
  [
    'stride 2 and other kernels',
    [3, 8, 12],
    [conv(16, 3, 1, 1), conv(16, 2, 2, 0), bend, conv(16, 4, 2, 1), conv(16, 5, 2, 2)],
  ],
  [
    'ReLUs of many values',
    [3, 32, 32],
    [conv(32, 3, 1, 1), { type: 'relu' }, conv(32, 3, 1, 1), bend, conv(16, 3, 2, 1)],
    16,
  ],
  ['stride 2 over large maps', [3, 24, 23], [conv(32, 3, 1, 1), bend, conv(32, 3, 2, 1), norm], 20],
  ['resizing by other factors', [3, 4, 4], [conv(16, 3, 1, 1), resize(7, 3), conv(16, 3, 1, 1), bend]],
  ['group normalisation', [3, 4, 4], [conv(16, 3, 1, 1), { type: 'groupNorm', groups: 4 }, { type: 'mish' }]],
  ['a sum of blocked values', [3, 4, 4], [conv(16, 3, 1, 1), residual([conv(16, 3, 1, 1), norm, bend])]],
  ['a sum of plain and blocked values', [16, 4, 4], [residual([conv(16, 3, 1, 1), bend]), norm]],
  ['a sum with a shortcut', [3, 5, 4], [conv(16, 3, 1, 1), residual([conv(32, 3, 2, 1)], [conv(32, 1, 2, 0)]), bend]],
  ['blocked branches', [3, 4, 4], [conv(16, 3, 1, 1), branches('concat', [[], [conv(32, 3, 1, 1), bend]])]],
  ['branches of both layouts', [3, 4, 4], [branches('concat', [[conv(16, 3, 1, 1)], [conv(4, 1, 1, 0), norm]]), bend]],
  ['averaged branches', [16, 4, 4], [branches('average', [[conv(16, 3, 1, 1)], [], [{ type: 'tanh' }]]), bend]],
  ['dropout', [3, 4, 4], [conv(16, 3, 1, 1), { type: 'dropout', probability: 0.3 }, bend]],
  [
    'other activations',
    [3, 4, 4],
    [conv(16, 3, 1, 1), { type: 'gelu' }, { type: 'elu', alpha: 0.5 }, { type: 'silu' }],
  ],
  ['pools', [3, 9, 8], [conv(16, 3, 1, 1), { type: 'maxPool', kernel: 3, stride: 2, padding: 1 }, pooled, norm]],
  ['a transposed convolution', [3, 4, 4], [conv(16, 3, 1, 1), bend, transposed, bend, conv(16, 3, 1, 1)]],
  ['smooth resizing', [3, 4, 4], [conv(16, 3, 1, 1), smooth('bilinear'), conv(16, 3, 1, 1), smooth('bicubic')]],
  ['other norms', [3, 4, 4], [conv(16, 3, 1, 1), { type: 'instanceNorm', affine: true }, bend, { type: 'layerNorm' }]],
  ['a dense part', [3, 4, 4], [conv(16, 3, 1, 1), { type: 'flatten' }, { type: 'linear', out: 64 }, shaped(16, 2, 2)]],
];

function residual(layers: Layer[], shortcut: Layer[] = []): Layer {
  return { type: 'residual', layers, shortcut };
}

function branches(join: 'concat' | 'average', inner: Layer[][]): Layer {
  return { type: 'branches', join, branches: inner };
}

function smooth(mode: 'bilinear' | 'bicubic'): Layer {
  return { type: 'resize', scale: 2, mode };
}

function resize(height: number, width: number): Layer {
  return { type: 'resize', height, width };
}

function shaped(channels: number, height: number, width: number): Layer {
  return { type: 'reshape', channels, height, width };
}

async function gradients(plan: NetworkPlan, batchSize: number, lowering: Lowering) {
  const model = buildGradientGraph(plan, { batchSize, loss: 'mse', lowering });
  const session = await openSession(model, { device: 'cpu', threads: 2 });
  const stream = randomStream(0, 'images');
  const shape = [batchSize, ...plan.input];
  const images = floatTensor(
    Float32Array.from({ length: valueCount(shape) }, () => stream.below(256) / 255),
    shape,
  );
  const weights = [...initialWeights(plan, 0)].map(([name, tensor]) => [name, floatTensor(tensor.data, tensor.shape)]);
  const noise = planNoise(plan).map(
    (one) => [noiseInput(one), floatTensor(drawNoise(one, batchSize, 0, 1), [batchSize, ...one.shape])] as const,
  );
  const outputs = await session.run({
    ...Object.fromEntries(noise),
    input: images,
    target: images,
    keep: wholeNumberTensor(Math.ceil(batchSize * 0.8)),
    ...(Object.fromEntries(weights) as Record<string, typeof images>),
  });
  await session.release();
  return new Map(Object.entries(outputs).map(([name, tensor]) => [name, floatsOf(tensor)]));
}

async function expectSameGradients(plan: NetworkPlan, batchSize: number): Promise<void> {
  const plain = await gradients(plan, batchSize, plainLowering);
  const blocked = await gradients(plan, batchSize, blockedLowering(block));
  expect([...blocked.keys()]).toEqual([...plain.keys()]);
  const largest = Math.max(...[...plain].flatMap(([name, values]) => (name === 'losses' ? [] : [norm2(values)])));
  for (const [name, expected] of plain) {
    const actual = blocked.get(name) ?? new Float32Array();
    expect(actual.length, name).toBe(expected.length);
    const difference = norm2(expected.map((value, index) => value - (actual[index] ?? NaN)));
    // Gradients that are zero but for rounding, such as a bias before a normalisation, are measured by the others.
    expect(difference, name).toBeLessThan(1e-4 * norm2(expected) + 1e-6 * largest);
  }
}

function norm2(values: Float32Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}

describe.skipIf(block === 1)('the blocked lowering gives the gradients of the plain one', () => {
  it.each(cases)('with %s', async (_title, [channels, height, width], encoder, batchSize = 3) => {
    const plan = checkNetwork({
      name: 'blocked',
      input: { channels, height, width },
      encoder,
      decoder: [resize(height, width), conv(16, 3, 1, 1), conv(channels, 3, 1, 1), { type: 'sigmoid' }],
    });
    await expectSameGradients(plan, batchSize);
  });

  it.each([
    ['convolutional', [3, 33, 20]],
    ['corrupted-digits', [1, 28, 28]],
  ] as const)('in the preset %s', async (name, input) => {
    await expectSameGradients(checkNetwork(choosePreset(name).build(input)), 5);
  });
});
