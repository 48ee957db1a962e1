import { describe, expect, it } from 'vitest';
import { lossNames } from '../../../src/shared/settings';
import type { Layer, NetworkSpec, ResizeMode } from '../../../src/engine/model/spec';
import { compareGradients } from './finite-differences';

/** Of the network's largest gradient; float32 losses and a step of 0.01 allow no less. */
const tolerance = 5e-3;

const convolution = (out: number, kernel: number, stride: number, padding: number, bias = true): Layer => ({
  type: 'conv',
  out,
  kernel,
  stride,
  padding,
  bias,
});
const mixing = convolution(2, 1, 1, 0);

/** [what is tested, layers, size of the input]. The output is brought back to the input's size by a resize. */
const cases: readonly [title: string, layers: readonly Layer[], size?: readonly [number, number]][] = [
  ['conv k3 s1 p1', [convolution(3, 3, 1, 1)]],
  ['conv k3 s1 p0 without bias', [convolution(3, 3, 1, 0, false)]],
  ['conv k3 s2 p1, odd and even sides', [convolution(3, 3, 2, 1)], [5, 6]],
  ['conv k3 s2 p1, two after another', [convolution(3, 3, 2, 1), convolution(2, 3, 2, 1)], [7, 6]],
  ['conv k1 s1 p0', [mixing, convolution(3, 1, 1, 0)]],
  ['conv k1 s1 p1, more padding than kernel', [mixing, convolution(3, 1, 1, 1)], [4, 3]],
  ['conv k1 s2 p0', [mixing, convolution(3, 1, 2, 0)]],
  ['conv k2 s3 p0, pixels that no kernel reaches', [mixing, convolution(2, 2, 3, 0)], [7, 6]],
  ['conv k4 s2 p1', [mixing, convolution(2, 4, 2, 1)], [6, 7]],
  ['conv k7 s3 p0', [mixing, convolution(2, 7, 3, 0)], [10, 8]],
  ['conv k5 s1 p2, larger than the image', [mixing, convolution(2, 5, 1, 2)], [3, 2]],
  ['linear', [{ type: 'flatten' }, { type: 'linear', out: 6 }, { type: 'linear', out: 40 }, shape(2, 4, 5)]],
  ['resize to twice the size', [mixing, resize(8, 10)]],
  ['resize by other factors', [mixing, resize(7, 9)]],
  ['resize to a smaller size', [mixing, resize(3, 2)]],
  ['resize to one pixel and back', [mixing, resize(1, 1), resize(5, 3)]],
  ['batchNorm on maps', [mixing, { type: 'batchNorm' }]],
  ['groupNorm', [convolution(4, 1, 1, 0), { type: 'groupNorm', groups: 2 }]],
  ['groupNorm with one group a channel', [mixing, { type: 'groupNorm', groups: 2 }]],
  ['instanceNorm', [mixing, { type: 'instanceNorm' }]],
  ['instanceNorm with weights', [mixing, { type: 'instanceNorm', affine: true }]],
  ['layerNorm on maps', [mixing, { type: 'layerNorm' }]],
  ['layerNorm on vectors', [{ type: 'flatten' }, dense(40), { type: 'layerNorm' }, shape(2, 4, 5)]],
  ['linear without bias', [{ type: 'flatten' }, dense(6, false), dense(40, false), shape(2, 4, 5)]],
  ['convTranspose k3 s1 p1', [mixing, transposed(3, 3, 1, 1)]],
  ['convTranspose k3 s2 p1 with output padding', [mixing, transposed(3, 3, 2, 1, 1)], [3, 4]],
  ['convTranspose k4 s2 p1 without bias', [mixing, { ...transposed(2, 4, 2, 1), bias: false }], [3, 2]],
  ['convTranspose k7 s3 p0', [mixing, transposed(2, 7, 3, 0)], [2, 3]],
  ['convTranspose k2 s3 p0, pixels that no kernel reaches', [mixing, transposed(2, 2, 3, 0, 2)], [3, 2]],
  ['convTranspose k1 s2 p0', [mixing, transposed(2, 1, 2, 0, 1)], [3, 2]],
  ['convTranspose k8 s4 p2', [mixing, transposed(2, 8, 4, 2)], [2, 3]],
  ['averagePool 2', [mixing, { type: 'averagePool', kernel: 2, padding: 0 }]],
  ['averagePool 3 with stride 2 and padding', [mixing, { type: 'averagePool', kernel: 3, stride: 2, padding: 1 }]],
  ['averagePool of the whole map', [mixing, { type: 'averagePool', kernel: 4, padding: 0 }], [4, 4]],
  ['bilinear enlargement', [mixing, resize(8, 11, 'bilinear')]],
  ['bilinear reduction', [mixing, resize(3, 2, 'bilinear')]],
  ['bicubic enlargement', [mixing, resize(8, 11, 'bicubic')]],
  ['bicubic reduction', [mixing, resize(3, 2, 'bicubic')]],
  ['bicubic resizing from one pixel', [mixing, resize(1, 1), resize(3, 4, 'bicubic')]],
  ['resize by a factor', [mixing, { type: 'resize', scale: 2.5 }]],
  ['dropout', [mixing, { type: 'dropout', probability: 0.4 }]],
  ['residual', [mixing, { type: 'residual', layers: [convolution(2, 3, 1, 1), { type: 'tanh' }, mixing] }]],
  [
    'residual with a shortcut and norms',
    [
      {
        type: 'residual',
        layers: [convolution(3, 3, 2, 1), { type: 'batchNorm' }],
        shortcut: [convolution(3, 1, 2, 0, false), { type: 'batchNorm' }],
      },
      { type: 'silu' },
    ],
  ],
  ['residual in residual', [{ type: 'residual', layers: [mixing, { type: 'residual', layers: [mixing] }] }]],
  ['residual without parameters before any', [{ type: 'residual', layers: [{ type: 'tanh' }] }, mixing]],
  ['branches joined', [{ type: 'branches', join: 'concat', branches: [[mixing], [], [convolution(3, 3, 1, 1)]] }]],
  ['branches averaged', [{ type: 'branches', join: 'average', branches: [[mixing], [], [mixing, { type: 'tanh' }]] }]],
  ['branches summed', [{ type: 'branches', join: 'sum', branches: [[mixing, mixing], [{ type: 'tanh' }]] }]],
  ['relu', [{ type: 'relu' }]],
  ['elu', [{ type: 'elu' }]],
  ['elu with an alpha', [{ type: 'elu', alpha: 0.4 }]],
  ['gelu', [{ type: 'gelu' }]],
  ['silu', [{ type: 'silu' }]],
  ['leakyRelu', [{ type: 'leakyRelu', slope: 0.1 }]],
  ['mish', [{ type: 'mish' }]],
  ['tanh', [{ type: 'tanh' }]],
  ['sigmoid', [{ type: 'sigmoid' }]],
];

function shape(channels: number, height: number, width: number): Layer {
  return { type: 'reshape', channels, height, width };
}

function resize(height: number, width: number, mode: ResizeMode = 'nearest'): Layer {
  return { type: 'resize', height, width, mode };
}

function dense(out: number, bias = true): Layer {
  return { type: 'linear', out, bias };
}

function transposed(out: number, kernel: number, stride: number, padding: number, outputPadding = 0) {
  return { type: 'convTranspose', out, kernel, stride, padding, outputPadding, bias: true } as const;
}

function network(layers: readonly Layer[], [height, width]: readonly [number, number]): NetworkSpec {
  return {
    name: 'gradient check',
    input: { channels: 2, height, width },
    encoder: [...layers],
    decoder: [resize(height, width), mixing, { type: 'sigmoid' }],
  };
}

describe('gradients agree with finite differences', () => {
  it.each(cases)('of %s', async (_title, layers, size = [4, 5]) => {
    const comparisons = await compareGradients(network(layers, size), 'mse');
    for (const { name, deviation } of comparisons) expect(deviation, name).toBeLessThan(tolerance);
    expect(comparisons.map(({ name }) => name)).toContain('input');
  });

  // So short a step that no other pixel of a window becomes its maximum.
  it.each<[string, Layer]>([
    ['2', { type: 'maxPool', kernel: 2, padding: 0 }],
    ['3 with stride 2 and padding', { type: 'maxPool', kernel: 3, stride: 2, padding: 1 }],
    ['2 with pixels that no window reaches', { type: 'maxPool', kernel: 2, stride: 3, padding: 0 }],
    ['3 with stride 1', { type: 'maxPool', kernel: 3, stride: 1, padding: 0 }],
  ])('of maxPool %s', async (_title, layer) => {
    for (const { name, deviation } of await compareGradients(network([layer], [5, 6]), 'mse', { step: 1e-3 })) {
      expect(deviation, name).toBeLessThan(tolerance);
    }
  });

  // Over three images the variance of a feature may be so small that the loss bends within the usual step.
  it('of batchNorm on vectors', async () => {
    const layers: Layer[] = [{ type: 'flatten' }, dense(40), { type: 'batchNorm' }, shape(2, 4, 5)];
    for (const { name, deviation } of await compareGradients(network(layers, [4, 5]), 'mse', { step: 3e-4 })) {
      expect(deviation, name).toBeLessThan(tolerance);
    }
  });

  it.each(lossNames)('of the loss %s', async (loss) => {
    // So short a step that no error changes its sign, where the absolute error has its kink.
    const options = loss === 'l1' ? { step: 1e-3 } : {};
    for (const { name, deviation } of await compareGradients(network([mixing], [4, 5]), loss, options)) {
      expect(deviation, name).toBeLessThan(tolerance);
    }
  });

  it.each([
    ['higher than the targets', 0.9],
    ['among the targets', 0.5],
  ])('of the focal loss with a threshold %s', async (_title, threshold) => {
    const focal = { alpha: 1.5, gamma: 2, threshold };
    for (const { name, deviation } of await compareGradients(network([mixing], [4, 5]), 'focal', { focal })) {
      expect(deviation, name).toBeLessThan(tolerance);
    }
  });

  it('of the loss ssim on images larger than its window', async () => {
    for (const { name, deviation } of await compareGradients(network([mixing], [12, 13]), 'ssim')) {
      expect(deviation, name).toBeLessThan(tolerance);
    }
  });

  it.each(['mse', 'l1', 'ssim'] as const)('of the loss %s where black is −1', async (loss) => {
    const spec = network([mixing], [4, 5]);
    const signed: NetworkSpec = { ...spec, input: { ...spec.input, range: '-1..1' } };
    for (const { name, deviation } of await compareGradients(signed, loss)) {
      expect(deviation, name).toBeLessThan(tolerance);
    }
  });

  it.each([0, 1, 20])('of a variational network with %d times the divergence', async (klWeight) => {
    const spec: NetworkSpec = {
      name: 'variational',
      input: { channels: 2, height: 3, width: 4 },
      encoder: [{ type: 'flatten' }, dense(8), { type: 'sample' }],
      decoder: [dense(24), { type: 'sigmoid' }, shape(2, 3, 4)],
    };
    for (const { name, deviation } of await compareGradients(spec, 'mse', { klWeight })) {
      expect(deviation, name).toBeLessThan(tolerance);
    }
  });

  it('when only the images with the lowest loss count', async () => {
    for (const { name, deviation } of await compareGradients(network([mixing], [4, 5]), 'mse', { keep: 2 })) {
      expect(deviation, name).toBeLessThan(tolerance);
    }
  });
});
