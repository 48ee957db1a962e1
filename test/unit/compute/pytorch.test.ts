/** The presets and a network of all that they lack against what PyTorch computed (test/fixtures/pytorch/record.py). */
import { describe, expect, it } from 'vitest';
import { lossNames } from '../../../src/shared/settings';
import { OnnxBackend } from '../../../src/engine/compute/onnx/backend';
import { choosePreset } from '../../../src/engine/model/presets';
import { checkNetwork } from '../../../src/engine/model/shapes';
import type { NetworkSpec } from '../../../src/engine/model/spec';
import recorded from '../../fixtures/pytorch/recorded.json';
import { expectClose, patternImages, patternWeights } from './pytorch-values';

const mixed: NetworkSpec = {
  name: 'mixed',
  input: { channels: 2, height: 13, width: 10 },
  encoder: [
    { type: 'conv', out: 6, kernel: 4, stride: 3, padding: 2, bias: true },
    { type: 'groupNorm', groups: 3 },
    { type: 'mish' },
    { type: 'resize', height: 2, width: 5 },
    { type: 'conv', out: 8, kernel: 1, stride: 1, padding: 1, bias: true },
    { type: 'groupNorm', groups: 8 },
    { type: 'tanh' },
    { type: 'flatten' },
    { type: 'linear', out: 6 },
  ],
  decoder: [
    { type: 'linear', out: 40 },
    { type: 'sigmoid' },
    { type: 'reshape', channels: 4, height: 5, width: 2 },
    { type: 'resize', height: 13, width: 10 },
    { type: 'conv', out: 2, kernel: 3, stride: 1, padding: 1, bias: true },
    { type: 'sigmoid' },
  ],
};

const cases = [
  { name: 'convolutional', spec: choosePreset('convolutional').build([3, 22, 17]) },
  { name: 'corrupted-digits', spec: choosePreset('corrupted-digits').build([1, 28, 28]) },
  { name: 'mixed', spec: mixed },
  { name: 'mixed with l1', spec: mixed },
] as const;

describe.each(cases)('$name', ({ name, spec }) => {
  const expected = recorded.networks[name];
  const plan = checkNetwork(spec);
  const images = patternImages(plan, recorded.batch);
  const weights = patternWeights(plan);
  const backend = new OnnxBackend('cpu');

  it('has PyTorch’s parameters by name, shape and count', () => {
    const shapes = Object.fromEntries(plan.parameters.map((parameter) => [parameter.name, parameter.shape]));
    expect(shapes).toEqual(expected.shapes);
    expect(plan.parameterCount).toBe(expected.parameters);
  });

  it('reconstructs and encodes as PyTorch does in evaluation mode', async () => {
    const scorer = await backend.createScorer(spec, {
      batchSize: recorded.batch,
      threads: 1,
      weights,
      features: true,
    });
    const { reconstruction, latent } = await scorer.run(images, 2);
    await scorer.dispose();
    const sample = reconstruction.filter((_, index) => index % 7 === 0);
    expectClose(sample, expected.evaluation.reconstruction, 1e-5, 'reconstruction');
    expectClose(latent, expected.evaluation.latent, 1e-4, 'latent');
  });

  it('trains as PyTorch does: losses and running statistics over five steps of AdamW with the worst left out', async () => {
    const loss = lossNames.find((one) => one === expected.loss) ?? 'mse';
    const trainer = await backend.createTrainer(spec, {
      batchSize: recorded.batch,
      loss,
      weightDecay: recorded.weightDecay,
      threads: 1,
      weights,
    });
    for (const [step, losses] of expected.losses.entries()) {
      const options = { learningRate: expected.learningRate, keep: recorded.keep };
      // Adam divides a gradient by its own size: where it is nearly 0, rounding decides on the step's direction.
      expectClose(await trainer.step(images, images, options), losses, 3e-4, `losses of step ${String(step)}`);
    }
    const trained = await trainer.weights();
    await trainer.dispose();
    for (const [tensor, values] of Object.entries(expected.running)) {
      expectClose(trained.get(tensor)?.data ?? [], values, 2e-3, tensor);
    }
  });
});
