import { describe, expect, it } from 'vitest';
import { lossNames } from '../../../src/shared/settings';
import type { Layer, NetworkSpec } from '../../../src/engine/model/spec';
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
  ['batchNorm on vectors', [{ type: 'flatten' }, { type: 'linear', out: 40 }, { type: 'batchNorm' }, shape(2, 4, 5)]],
  ['groupNorm', [convolution(4, 1, 1, 0), { type: 'groupNorm', groups: 2 }]],
  ['groupNorm with one group a channel', [mixing, { type: 'groupNorm', groups: 2 }]],
  ['relu', [{ type: 'relu' }]],
  ['leakyRelu', [{ type: 'leakyRelu', slope: 0.1 }]],
  ['mish', [{ type: 'mish' }]],
  ['tanh', [{ type: 'tanh' }]],
  ['sigmoid', [{ type: 'sigmoid' }]],
];

function shape(channels: number, height: number, width: number): Layer {
  return { type: 'reshape', channels, height, width };
}

function resize(height: number, width: number): Layer {
  return { type: 'resize', height, width };
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

  it.each(lossNames)('of the loss %s', async (loss) => {
    for (const { name, deviation } of await compareGradients(network([mixing], [4, 5]), loss)) {
      expect(deviation, name).toBeLessThan(tolerance);
    }
  });

  it('when only the images with the lowest loss count', async () => {
    for (const { name, deviation } of await compareGradients(network([mixing], [4, 5]), 'mse', 2)) {
      expect(deviation, name).toBeLessThan(tolerance);
    }
  });
});
