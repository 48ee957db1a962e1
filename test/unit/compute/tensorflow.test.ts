/** TensorFlow against PyTorch's recorded values and against the ONNX backend. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Backend, NamedTensors, Trainer, TrainerOptions } from '../../../src/engine/compute/backend';
import { largestDifference } from '../../../src/engine/compute/float-arrays';
import { folderVariable } from '../../../src/engine/compute/install/place';
import { OnnxBackend } from '../../../src/engine/compute/onnx/backend';
import { selectBackend } from '../../../src/engine/compute/select';
import { TensorFlowBackend } from '../../../src/engine/compute/tensorflow/backend';
import { loadTensorFlow } from '../../../src/engine/compute/tensorflow/load';
import { initialWeights } from '../../../src/engine/model/initial';
import { checkNetwork, isTrained } from '../../../src/engine/model/shapes';
import type { NetworkSpec } from '../../../src/engine/model/spec';
import { prepareTensorFlow } from '../../fixtures/prepared-tensorflow';
import { cases, layerCases, lossCases, optimizerCases, presetCases } from '../../fixtures/pytorch/cases';
import recordedLayers from '../../fixtures/pytorch/recorded-layers.json';
import recordedLosses from '../../fixtures/pytorch/recorded-losses.json';
import recordedOptimizers from '../../fixtures/pytorch/recorded-optimizers.json';
import recordedPresets from '../../fixtures/pytorch/recorded-presets.json';
import { expectAsPyTorch } from './pytorch-case';
import { expectClose, patternImages, patternWeights } from './pytorch-values';
import { randomImages, smallNetwork, smallWeights, valuesPerImage } from './small-network';

const { folder, missing } = await prepareTensorFlow();
const threads = 2;
const onnx = new OnnxBackend('cpu');

describe.skipIf(missing !== undefined)(`TensorFlow${missing === undefined ? '' : `, skipped: ${missing}`}`, () => {
  const backend = () => new TensorFlowBackend(folder, threads);

  it('passes its self-test', async () => {
    expect(await backend().selfTest()).toMatchObject({ passed: true });
  });

  describe('as PyTorch', () => {
    const exact = { reconstruction: 1e-5, losses: 1e-5, changes: 1e-4 };
    it.each(named(layerCases))('layer %s', async (_name, one) => {
      await expectAsPyTorch(one, recordedLayers, exact, backend());
    });

    it.each(named(lossCases))('loss %s', async (_name, one) => {
      await expectAsPyTorch(one, recordedLosses, { ...exact, losses: 1e-4 }, backend());
    });

    it.each(named(optimizerCases))('optimizer %s', async (_name, one) => {
      await expectAsPyTorch(one, recordedOptimizers, { ...exact, losses: 1e-4, changes: 1e-3 }, backend());
    });

    it.each(named(cases.presets))('preset %s', { timeout: 120_000 }, async (_name, one) => {
      // Biases before a normalisation have no gradient but rounding errors, of which AdamW makes whole steps.
      const tolerance = { reconstruction: 1e-4, losses: 1e-3, changes: 2e-2 };
      await expectAsPyTorch(one, recordedPresets, tolerance, backend());
    });
  });

  describe('as ONNX Runtime', () => {
    it('asks pretext tasks of the encoder, with dropout on the way, and goes on with heads of the other', async () => {
      const [first, ...others] = smallNetwork.encoder;
      const spec = {
        ...smallNetwork,
        encoder: first ? [first, { type: 'dropout', probability: 0.2 } as const, ...others] : [],
      };
      const weights = initialWeights(checkNetwork(spec), 1);
      const options = { batchSize: 4, loss: 'mse', weightDecay: 0.01, seed: 5, threads } as const;
      const asking = { ...options, pretext: ['rotation', 'cut-paste'] } as const;
      const labels = Float32Array.of(1, 0, 0, 1, 0, 1, 1, 0, 1, 0, 1, 0, 0, 1, 0, 1);
      const pretext = { images: randomImages(4, 'asked'), labels };
      const images = randomImages(4);
      const train = async (trainer: Trainer) => {
        for (let step = 0; step < 3; step++) {
          await trainer.step(images, images, { learningRate: 1e-2, keep: 3, pretext });
        }
        return trainer.weights();
      };
      const reference = await onnx.createTrainer(spec, { ...asking, weights });
      const begun = await train(reference);
      const state = { weights: begun, optimizerState: await reference.optimizerState() };
      const expected = await train(reference);
      const seen = await train(await backend().createTrainer(spec, { ...asking, ...state }));
      expect([...seen.keys()].sort()).toEqual([...expected.keys()].sort());
      for (const [name, { data }] of expected) {
        expect(largestDifference(data, seen.get(name)?.data ?? new Float32Array()), name).toBeLessThan(2e-4);
      }
      expect(begun.get('pretext.rotation.weight')?.data).not.toEqual(expected.get('pretext.rotation.weight')?.data);
    });

    it('goes on with a training that the other began, chance and all', async () => {
      const spec = variational;
      const weights = initialWeights(checkNetwork(spec), 1);
      const wholly = await opened(onnx, spec, { weights });
      const expected = [...(await losses(wholly, 2)), ...(await losses(wholly, 2))];
      const first = await opened(onnx, spec, { weights });
      const begun = await losses(first, 2);
      const state = { weights: await first.weights(), optimizerState: await first.optimizerState() };
      const second = await opened(backend(), spec, state);
      const ended = await losses(second, 2);
      expectClose([...begun, ...ended], expected, 1e-4, 'losses');
      const third = await opened(onnx, spec, {
        weights: await second.weights(),
        optimizerState: await second.optimizerState(),
      });
      expect((await third.optimizerState()).step).toBe(4);
      expectClose(await losses(third, 1), await losses(wholly, 1), 1e-4, 'losses after coming back');
      for (const trainer of [wholly, first, second, third]) await trainer.dispose();
    });

    it.each([
      ['small', smallNetwork],
      ['mixed', mixedPreset()],
    ])('tells the same of the inside of a %s network', async (_name, spec) => {
      const plan = checkNetwork(spec);
      const weights = initialWeights(plan, 3);
      const { channels, height, width } = spec.input;
      const size = channels * height * width;
      // So many as are scored as a whole.
      const count = 16;
      const images = Float32Array.from({ length: count * size }, (_, place) => ((place * 7919) % 256) / 255);
      const outputs = [];
      for (const one of [onnx, backend()]) {
        const scorer = await one.createScorer(spec, { batchSize: count, threads, weights, features: true });
        const { featureSizes, stageShape } = scorer;
        outputs.push({ featureSizes, stageShape, ...(await scorer.run(images, count)) });
        await scorer.dispose();
      }
      const [expected, actual] = outputs;
      expect(actual?.featureSizes).toEqual(expected?.featureSizes);
      expect(actual?.stageShape).toEqual(expected?.stageShape);
      expectClose(actual?.reconstruction ?? [], expected?.reconstruction ?? [], 1e-4, 'reconstruction');
      expectClose(actual?.latent ?? [], expected?.latent ?? [], 1e-4, 'latent');
      for (const [name, values] of Object.entries(expected?.features ?? {})) {
        const found = new Map(Object.entries(actual?.features ?? {})).get(name);
        // Logarithms of differences that are nearly none are far from exact.
        expectClose(found ?? [], values, name === 'rebuilt' ? 1e-3 : 1e-4, name);
      }
    });

    it('scores more images than it takes at a time', async () => {
      const count = 70;
      const options = { batchSize: count, threads, weights: smallWeights(), features: true };
      const outputs = [];
      for (const one of [onnx, backend()]) {
        const scorer = await one.createScorer(smallNetwork, options);
        outputs.push(await scorer.run(randomImages(count), count));
        await scorer.dispose();
      }
      const [expected, actual] = outputs;
      expectClose(actual?.reconstruction ?? [], expected?.reconstruction ?? [], 1e-4, 'reconstruction');
      expectClose(actual?.latent ?? [], expected?.latent ?? [], 1e-4, 'latent');
      expectClose(actual?.features?.encoder ?? [], expected?.features?.encoder ?? [], 1e-4, 'encoder');
    });

    it.each(named(presetCases))('gives the gradients of preset %s', { timeout: 60_000 }, async (_name, one) => {
      const expected = await gradientsOf(onnx, one.spec);
      const actual = await gradientsOf(backend(), one.spec);
      // Those that are nothing but rounding, of biases before a normalisation, are compared with the largest of all.
      const largest = Math.max(...[...expected.values()].map(largestOf));
      for (const [name, gradient] of expected) {
        const scale = Math.max(largestOf(gradient), 1e-2 * largest);
        const difference = largestDifference(actual.get(name) ?? new Float32Array(), gradient);
        expect(difference / scale, `gradient of ${name}`).toBeLessThan(5e-3);
      }
    });

    it('draws the same from codes', async () => {
      const codes = Float32Array.of(1, -2, 0.5, 3, 0, 0, 0, 0);
      const drawn = [];
      for (const one of [onnx, backend()]) {
        const decoder = await one.createDecoder(smallNetwork, { threads, weights: smallWeights() });
        drawn.push(await decoder.decode(codes, 2));
        await decoder.dispose();
      }
      expectClose(drawn[1] ?? [], drawn[0] ?? [], 1e-4, 'reconstruction');
    });

    it('leaves the worst images out of the gradient', async () => {
      const options = { weights: smallWeights(), optimizer: 'sgd' } as const;
      const trainers = [await opened(onnx, smallNetwork, options), await opened(backend(), smallNetwork, options)];
      const results = [];
      for (const trainer of trainers) {
        await losses(trainer, 2, 3);
        results.push(await trainer.weights());
        await trainer.dispose();
      }
      const [expected, actual] = results;
      for (const [name, { data }] of expected ?? []) expectClose(actual?.get(name)?.data ?? [], data, 1e-4, name);
    });
  });

  it('gives back all memory', async () => {
    const { tf } = loadTensorFlow(folder, threads);
    const trainAndScore = async () => {
      const trainer = await opened(backend(), variational, { weights: initialWeights(checkNetwork(variational), 1) });
      await losses(trainer, 2);
      const between = tf.memory().numTensors;
      await losses(trainer, 2);
      await trainer.weights();
      expect(tf.memory().numTensors).toBe(between);
      await trainer.dispose();
      const scorer = await backend().createScorer(smallNetwork, {
        batchSize: 2,
        threads,
        weights: smallWeights(),
        features: true,
      });
      await scorer.run(randomImages(2), 2);
      await scorer.dispose();
    };
    // Lists of sizes stay, once for all.
    await trainAndScore();
    const before = tf.memory().numTensors;
    await trainAndScore();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('refuses weights of another network', async () => {
    const weights: NamedTensors = new Map([...smallWeights()].slice(1));
    const options = { batchSize: 2, threads, weights, features: false };
    await expect(backend().createScorer(smallNetwork, options)).rejects.toMatchObject({
      code: 'model-invalid',
      message: 'The weights do not fit the network: encoder.0.weight should be [4,3,3,3].',
    });
  });

  describe('when it is asked for', () => {
    const before = process.env[folderVariable];
    afterEach(() => {
      if (before === undefined) Reflect.deleteProperty(process.env, folderVariable);
      else process.env[folderVariable] = before;
    });

    it('is chosen where it is prepared', async () => {
      process.env[folderVariable] = folder;
      const choice = await selectBackend({ backend: 'tensorflow', device: 'auto', threads });
      expect(choice.backend).toMatchObject({ name: 'tensorflow', device: 'cpu' });
      const elsewhere = selectBackend({ backend: 'tensorflow', device: 'webgpu', threads });
      await expect(elsewhere).rejects.toMatchObject({
        code: 'backend-unavailable',
        message: expect.stringContaining('TensorFlow runs on cpu here, not on webgpu.') as string,
      });
      const onCuda = selectBackend({ backend: 'tensorflow', device: 'cuda', threads });
      await expect(onCuda).rejects.toThrow(/not run on CUDA here: it was installed for the processor alone.* --gpu/);
      expect(choice.note).toBe('TensorFlow on the CPU, as asked for.');
      const { note } = await selectBackend({ backend: 'tensorflow', device: 'auto', threads: threads + 1 });
      expect(note).toContain('It takes 2 threads, not 3');
      expect(choice.reports).toMatchObject([
        { device: 'cpu', detail: expect.stringMatching(/^variant cpu, /) as string },
      ]);
    });
  });
});

function named<T extends { readonly name: string }>(list: readonly T[]) {
  return list.map((one) => [one.name, one] as const);
}

/** By a step of plain descent that is so long that rounding the weights loses nothing of what they changed by. */
async function gradientsOf(backend: Backend, spec: NetworkSpec): Promise<ReadonlyMap<string, Float32Array>> {
  const plan = checkNetwork(spec);
  const weights = patternWeights(plan);
  const batchSize = 2;
  const options = { batchSize, loss: 'mse', optimizer: 'sgd', weightDecay: 0, threads, weights } as const;
  const trainer = await backend.createTrainer(spec, options);
  const images = patternImages(plan, batchSize);
  const learningRate = 1000;
  await trainer.step(images, images, { learningRate, keep: batchSize });
  const after = await trainer.weights();
  await trainer.dispose();
  const gradients = plan.parameters.filter(isTrained).map(({ name }) => {
    const next = after.get(name)?.data ?? new Float32Array();
    const before = weights.get(name)?.data ?? new Float32Array();
    return [name, before.map((value, at) => (value - (next[at] ?? NaN)) / learningRate)] as const;
  });
  return new Map(gradients);
}

function largestOf(values: Float32Array): number {
  return values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
}

function opened(
  backend: Backend,
  spec: NetworkSpec,
  options: Pick<TrainerOptions, 'weights' | 'optimizer' | 'optimizerState'>,
): Promise<Trainer> {
  return backend.createTrainer(spec, { batchSize: 4, loss: 'mse', weightDecay: 0.01, seed: 5, threads, ...options });
}

async function losses(trainer: Trainer, steps: number, keep = 4): Promise<number[]> {
  const images = randomImages(4);
  const all: number[] = [];
  for (let step = 0; step < steps; step++) {
    all.push(...(await trainer.step(images, images, { learningRate: 1e-2, keep })));
  }
  expect(all).toHaveLength(4 * steps);
  expect(images).toHaveLength(4 * valuesPerImage);
  return all;
}

/** With dropout and sampling. */
const variational: NetworkSpec = {
  ...smallNetwork,
  encoder: [
    ...smallNetwork.encoder.slice(0, 3),
    { type: 'dropout', probability: 0.25 },
    { type: 'flatten' },
    { type: 'linear', out: 8 },
    { type: 'sample' },
  ],
};

/** A preset with branches and layers of several kinds. */
function mixedPreset(): NetworkSpec {
  const preset = cases.presets.find(({ name }) => name === 'metal-spill-1');
  if (preset === undefined) throw new Error('There is no such preset.');
  return preset.spec;
}
