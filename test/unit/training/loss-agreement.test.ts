import { describe, expect, it } from 'vitest';
import { OnnxBackend } from '../../../src/engine/compute/onnx/backend';
import { initialWeights } from '../../../src/engine/model/initial';
import { checkNetwork } from '../../../src/engine/model/shapes';
import type { Layer, NetworkSpec } from '../../../src/engine/model/spec';
import { imageLosses } from '../../../src/engine/training/loss';
import { randomStream } from '../../../src/shared/random';
import { lossNames, type LossName } from '../../../src/shared/settings';

const shape = [3, 12, 14] as const;
const count = 3;
const stream = randomStream(3, 'loss agreement');
const images = Float32Array.from({ length: count * 3 * 12 * 14 }, () => stream.below(256) / 255);

/** Without layers that behave differently in training. */
function network(range: '0..1' | '-1..1', last: Layer): NetworkSpec {
  return {
    name: 'plain',
    input: { channels: 3, height: 12, width: 14, range },
    encoder: [
      { type: 'conv', out: 4, kernel: 3, stride: 2, padding: 1, bias: true },
      { type: 'mish' },
      { type: 'flatten' },
      { type: 'linear', out: 5 },
    ],
    decoder: [{ type: 'linear', out: 3 * 12 * 14 }, { type: 'reshape', channels: 3, height: 12, width: 14 }, last],
  };
}

describe('the loss outside of the graph is that of the trainer', () => {
  const inOwnRange = lossNames.map((loss) => [loss, '0..1'] as const);
  const inOther = (['mse', 'l1', 'ssim'] as const).map((loss) => [loss, '-1..1'] as const);
  it.each<readonly [LossName, '0..1' | '-1..1']>([...inOwnRange, ...inOther])('for %s in %s', async (loss, range) => {
    const spec = network(range, range === '0..1' ? { type: 'sigmoid' } : { type: 'tanh' });
    const weights = initialWeights(checkNetwork(spec), 1);
    const focal = { alpha: 2, gamma: 0.25, threshold: 0.3 };
    const backend = new OnnxBackend('cpu');
    const trainer = await backend.createTrainer(spec, {
      batchSize: count,
      loss,
      focal,
      weightDecay: 0,
      threads: 1,
      weights,
    });
    const expected = await trainer.step(images, images, { learningRate: 0, keep: count });
    await trainer.dispose();
    const scorer = await backend.createScorer(spec, { batchSize: count, threads: 1, weights, features: false });
    const { reconstruction } = await scorer.run(images, count);
    const actual = imageLosses({ loss, focal, range, shape }, images, reconstruction, count);
    await scorer.dispose();
    actual.forEach((value, image) => {
      expect(Math.abs(value / (expected[image] ?? NaN) - 1)).toBeLessThan(1e-4);
    });
  });
});
