import { describe, expect, it } from 'vitest';
import { pixelBlockSide } from '../../../src/engine/compute/onnx/pixel-blocks';
import { buildScoringGraph } from '../../../src/engine/compute/onnx/scoring-graph';
import { floatsOf, floatTensor, openSession } from '../../../src/engine/compute/onnx/session';
import { initialWeights } from '../../../src/engine/model/initial';
import { checkNetwork, type NetworkPlan } from '../../../src/engine/model/shapes';

/** One convolution to the image's channels after one to 16, on 12×8 pixels. */
function network(channels: number, kernel: number, padding: number): NetworkPlan {
  return checkNetwork({
    name: 'pixel blocks',
    input: { channels, height: 12, width: 8 },
    encoder: [{ type: 'conv', out: 16, kernel: 3, stride: 1, padding: 1, bias: true }],
    decoder: [{ type: 'conv', out: channels, kernel, stride: 1, padding, bias: true }],
  });
}

async function reconstruct(plan: NetworkPlan, vectorChannels: number): Promise<Float32Array> {
  const { model } = buildScoringGraph(plan, initialWeights(plan, 0), { vectorChannels });
  const session = await openSession(model, { device: 'cpu', threads: 1 });
  const shape = [2, ...plan.input];
  const images = Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, index) => Math.sin(index) / 2 + 0.5);
  const outputs = await session.run({ image: floatTensor(images, shape) });
  await session.release();
  return floatsOf(outputs['reconstruction']);
}

describe('a convolution computed for squares of pixels at once', () => {
  it.each([
    [1, 3, 1, 4],
    [3, 3, 1, 2],
    [2, 5, 2, 4],
  ])('gives the same values with %i channels and a kernel of %i', async (channels, kernel, padding, side) => {
    const plan = network(channels, kernel, padding);
    const last = plan.layers.at(-1);
    expect(last && pixelBlockSide(last, 16)).toBe(side);
    const [blocks, plain] = [await reconstruct(plan, 16), await reconstruct(plan, 1)];
    expect(blocks.length).toBe(plain.length);
    blocks.forEach((value, index) => expect(value).toBeCloseTo(plain[index] ?? NaN, 5));
  });

  it('is not used where it gains nothing', () => {
    const wide = network(1, 3, 1).layers[0];
    const pointwise = network(1, 1, 0).layers[1];
    expect(wide && pixelBlockSide(wide, 16)).toBe(1);
    expect(pointwise && pixelBlockSide(pointwise, 16)).toBe(1);
    expect(pointwise && pixelBlockSide(pointwise, 1)).toBe(1);
  });
});
