/** A device is tried on a run's network: here a backend that computes on the CPU and says it is WebGPU. */
import { describe, expect, it } from 'vitest';
import type { Backend } from '../../../src/engine/compute/backend';
import { guardDevice } from '../../../src/engine/compute/device-fault';
import { OnnxBackend } from '../../../src/engine/compute/onnx/backend';
import { describeTrial, tryDevice, type TrialPlan } from '../../../src/engine/compute/trial';
import { choosePreset } from '../../../src/engine/model/presets';
import { smallNetwork } from './small-network';

const host = new OnnxBackend('cpu');
const scoring: TrialPlan = { spec: smallNetwork, threads: 1, batchSize: 8 };
const training: TrialPlan = {
  ...scoring,
  training: { loss: 'mse', weightDecay: 1e-2, optimizer: 'adam', seed: 1 },
};

/** @param losses what becomes of the losses of a batch */
function device(losses: (right: Float32Array, batchSize: number) => Float32Array = (right) => right): Backend {
  return guardDevice({
    name: 'onnx',
    device: 'webgpu',
    versions: host.versions,
    selfTest: () => host.selfTest(),
    createTrainer: async (spec, options) => {
      const trainer = await host.createTrainer(spec, options);
      return {
        step: async (...given) => losses(await trainer.step(...given), options.batchSize),
        weights: () => trainer.weights(),
        optimizerState: () => trainer.optimizerState(),
        dispose: () => trainer.dispose(),
      };
    },
    createScorer: (spec, options) => host.createScorer(spec, options),
    createDecoder: (spec, options) => host.createDecoder(spec, options),
    exportModel: (spec, weights, metadata) => host.exportModel(spec, weights, metadata),
  });
}

describe('a trial of a device', () => {
  it.each([
    ['training', training],
    ['scoring', scoring],
  ])('measures both in %s', async (_name, plan) => {
    const { deviceMs, hostMs } = await tryDevice(device(), host, plan);
    expect(deviceMs).toBeGreaterThan(0);
    expect(hostMs).toBeGreaterThan(0);
  });

  it('finds out a device whose losses are not the CPU’s', async () => {
    const wrong = device((right) => right.map((loss) => loss * 1.01));
    await expect(tryDevice(wrong, host, training)).rejects.toMatchObject({
      name: 'DeviceFault',
      kind: 'wrong',
      reason: expect.stringMatching(/^its losses for this network differ from the CPU’s by 1\.\d %$/) as unknown,
    });
  });

  it('finds out a device that gives something that is no number', async () => {
    const wrong = device((right) => right.map((loss, image) => (image === 2 ? NaN : loss)));
    await expect(tryDevice(wrong, host, training)).rejects.toMatchObject({ kind: 'wrong' });
  });

  it('passes on that the memory does not hold the whole batch', async () => {
    const small = device((right, batchSize) => {
      if (batchSize > 4) throw new Error('Failed to allocate memory for requested buffer of size 99');
      return right;
    });
    // A large batch, so that the host's few images do not take longer than they should on a busy machine.
    const plan = { ...training, batchSize: 256 };
    await expect(tryDevice(small, host, plan)).rejects.toMatchObject({ kind: 'memory', device: 'webgpu' });
  });

  it('takes reconstructions of many values', async () => {
    const spec = choosePreset('convolutional').build([3, 128, 128]);
    await expect(tryDevice(device(), host, { spec, threads: 2, batchSize: 4 })).resolves.toBeDefined();
  });

  it('is described by what is computed', () => {
    expect(describeTrial(training)).toBe('small 3×9×8, training, batch 8');
    expect(describeTrial(scoring)).toBe('small 3×9×8, scoring, batch 8');
  });
});
