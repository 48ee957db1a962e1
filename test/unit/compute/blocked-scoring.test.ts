import { beforeAll, describe, expect, it } from 'vitest';
import { blockSize } from '../../../src/engine/compute/onnx/blocked/block-size';
import { buildScoringGraph } from '../../../src/engine/compute/onnx/scoring-graph';
import { pixelBlockSide } from '../../../src/engine/compute/network/pixel-blocks';
import { trustedBlock } from '../../../src/engine/compute/onnx/scoring/trusted-block';
import { floatsOf, floatTensor, openSession } from '../../../src/engine/compute/onnx/session';
import { initialWeights } from '../../../src/engine/model/initial';
import { checkNetwork, valueCount, type NetworkPlan } from '../../../src/engine/model/shapes';
import type { FeatureShape, Layer } from '../../../src/engine/model/spec';
import type { NamedTensors } from '../../../src/engine/model/tensors';

const conv = (out: number, kernel = 3, stride = 1, padding = (kernel - 1) / 2): Layer => {
  return { type: 'conv', out, kernel, stride, padding, bias: true };
};
const transposed = (out: number, kernel: number, stride: number, padding: number, outputPadding: number): Layer => {
  return { type: 'convTranspose', out, kernel, stride, padding, outputPadding, bias: true };
};
const norm: Layer = { type: 'batchNorm' };
const relu: Layer = { type: 'relu' };
const leaky: Layer = { type: 'leakyRelu', slope: 0.2 };
const sigmoid: Layer = { type: 'sigmoid' };
const tanh: Layer = { type: 'tanh' };
const elu: Layer = { type: 'elu' };
const enlarged = (scale: number): Layer => ({ type: 'resize', scale });

function network([channels, height, width]: FeatureShape, encoder: Layer[], decoder: Layer[]): NetworkPlan {
  return checkNetwork({ name: 'blocks', input: { channels, height, width }, encoder, decoder });
}

/** As after training: normalisation and biases do something. */
function trainedWeights(plan: NetworkPlan): NamedTensors {
  const initial = [...initialWeights(plan, 3)];
  return new Map(
    initial.map(([name, { shape, data }]) => {
      const moved = data.map((value, place) => value + 0.2 * (1 + Math.sin(7 * place + 1)));
      return [name, { shape, data: shape.length === 1 ? moved : data }] as const;
    }),
  );
}

const sizeOf = (weights: NamedTensors) => [...weights.values()].reduce((sum, { data }) => sum + data.byteLength, 0);

async function outputsOf(plan: NetworkPlan, block: number | undefined): Promise<Map<string, Float32Array>> {
  const options = { features: true, ...(block !== undefined && { block }) };
  const { model } = buildScoringGraph(plan, trainedWeights(plan), options);
  const session = await openSession(model, { device: 'cpu', threads: 1 });
  const shape = [2, ...plan.input];
  const images = Float32Array.from({ length: valueCount(shape) }, (_, index) => Math.sin(index) / 2 + 0.5);
  const outputs = await session.run({ image: floatTensor(images, shape) });
  await session.release();
  return new Map(Object.entries(outputs).map(([name, tensor]) => [name, floatsOf(tensor)]));
}

const block = await blockSize();

describe.skipIf(block === 1)('a scoring graph in the processor’s own layout', () => {
  it('holds every weight once', () => {
    const plan = network([32, 8, 8], [conv(256, 3, 2), relu], [conv(64), { type: 'resize', scale: 2 }, conv(32)]);
    const weights = trainedWeights(plan);
    const { model } = buildScoringGraph(plan, weights, { features: true, block });
    expect(model.byteLength).toBeGreaterThan(sizeOf(weights));
    // The doubling takes four filters of 2×2 for one of 3×3.
    expect(model.byteLength).toBeLessThan(1.2 * sizeOf(weights));
  });

  const small: FeatureShape = [3, 16, 8];
  const halved = [conv(16, 3, 2), norm, leaky];
  it.each<[string, NetworkPlan]>([
    [
      'joins convolution, normalisation and activation',
      network(small, [conv(32), norm, relu], [conv(16), tanh, conv(3), sigmoid]),
    ],
    [
      'enlarges twice by four small convolutions',
      network(small, halved, [enlarged(2), conv(32), norm, leaky, conv(3)]),
    ],
    ['enlarges to the image itself', network(small, halved, [enlarged(2), conv(3), sigmoid])],
    ['enlarges before a kernel of five', network(small, halved, [enlarged(2), conv(16, 5), relu, conv(3)])],
    ['enlarges fourfold', network(small, [conv(16, 3, 4), relu], [enlarged(4), conv(16), relu, conv(3)])],
    [
      'resizes by any factor, up and down',
      network(
        small,
        [conv(16), { type: 'resize', height: 5, width: 3 }, relu],
        [conv(16), { type: 'resize', height: 16, width: 8 }, conv(3)],
      ),
    ],
    [
      'enlarges both ways by different factors',
      network(
        small,
        [conv(16), { type: 'maxPool', kernel: 2, padding: 0 }, { type: 'resize', height: 8, width: 2 }],
        [{ type: 'resize', height: 16, width: 8 }, conv(16), conv(3)],
      ),
    ],
    ['transposes a convolution', network(small, halved, [transposed(16, 3, 2, 1, 1), norm, leaky, conv(3)])],
    ['transposes one to the image itself', network(small, halved, [transposed(3, 3, 2, 1, 1), sigmoid])],
    ['transposes one whose kernel is its stride', network(small, halved, [transposed(16, 2, 2, 0, 0), relu, conv(3)])],
    [
      'transposes one to an odd size',
      network([3, 15, 7], [conv(16, 3, 2), relu], [transposed(16, 3, 2, 1, 0), relu, conv(3)]),
    ],
    ['transposes a wide kernel', network(small, halved, [transposed(16, 4, 2, 1, 0), relu, conv(3)])],
    [
      'leaves what does not fill blocks in the plain layout',
      network(small, [conv(24), norm, relu], [enlarged(1), conv(20), elu, conv(3)]),
    ],
    [
      'finds its way through residual blocks and branches',
      network(
        small,
        [conv(16), { type: 'residual', layers: [conv(16), norm, relu], shortcut: [conv(16, 1)] }, relu],
        [
          { type: 'branches', join: 'concat', branches: [[conv(16), relu], [conv(32, 1), norm, relu], [conv(4)]] },
          conv(3),
          sigmoid,
        ],
      ),
    ],
    [
      'pools, and normalises by image',
      network(
        small,
        [conv(16), relu, { type: 'maxPool', kernel: 3, stride: 2, padding: 1 }, { type: 'groupNorm', groups: 4 }, relu],
        [enlarged(2), conv(16), { type: 'averagePool', kernel: 1, padding: 0 }, conv(3)],
      ),
    ],
    [
      'starts and ends with vectors',
      network(
        small,
        [...halved, { type: 'flatten' }, { type: 'linear', out: 5 }, norm],
        [
          { type: 'linear', out: 256 },
          relu,
          { type: 'reshape', channels: 16, height: 4, width: 4 },
          { type: 'resize', height: 16, width: 8 },
          conv(3),
        ],
      ),
    ],
    ['has an image with as many channels as a block', network([block, 8, 8], [conv(block), relu], [conv(block)])],
  ])('%s', async (_, plan) => {
    const [blocked, plain] = [await outputsOf(plan, block), await outputsOf(plan, undefined)];
    expect([...blocked.keys()].sort()).toEqual([...plain.keys()].sort());
    for (const [name, values] of plain) {
      const others = blocked.get(name);
      expect(others?.length).toBe(values.length);
      // Features that are logarithms of small differences stretch rounding.
      const digits = name.startsWith('rebuilt') ? 2 : 5;
      values.forEach((value, index) => expect(others?.[index]).toBeCloseTo(value, digits));
    }
  });

  it('is trusted on this machine, but only by the processor', async () => {
    expect(await trustedBlock('cpu')).toBe(block);
    expect(await trustedBlock('webgpu')).toBeUndefined();
  });
});

describe('a convolution computed for squares of pixels at once', () => {
  let [wide, pointwise, last]: (NetworkPlan['layers'][number] | undefined)[] = [];
  beforeAll(() => {
    [wide, pointwise] = network([1, 12, 8], [conv(16)], [conv(1, 1)]).layers;
    last = network([3, 12, 8], [conv(16)], [conv(3)]).layers[1];
  });

  it('is used for few channels', () => {
    expect(last && pixelBlockSide(last, 16)).toBe(2);
  });

  it('is not used where it gains nothing', () => {
    expect(wide && pixelBlockSide(wide, 16)).toBe(1);
    expect(pointwise && pixelBlockSide(pointwise, 16)).toBe(1);
    expect(last && pixelBlockSide(last, 1)).toBe(1);
  });
});
