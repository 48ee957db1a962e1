import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import type { Trainer, TrainerOptions, TrainingBatch } from '../../../src/engine/compute/backend';
import { lossNames } from '../../../src/shared/settings';
import { OnnxBackend } from '../../../src/engine/compute/onnx/backend';
import { imageLosses } from '../../../src/engine/training/loss';
import { initialWeights } from '../../../src/engine/model/initial';
import { checkNetwork } from '../../../src/engine/model/shapes';
import { type NetworkSpec, networkSpecSchema } from '../../../src/engine/model/spec';
import { randomImages, smallNetwork, smallWeights, valuesPerImage } from './small-network';

const backend = new OnnxBackend('cpu');
const batchSize = 6;
const images = randomImages(batchSize);
const withDropout: NetworkSpec = {
  ...smallNetwork,
  encoder: [...smallNetwork.encoder, { type: 'dropout', probability: 0.4 }],
};
const everyImage = { learningRate: 1e-2, keep: batchSize };

function open(options: Partial<TrainerOptions> = {}): Promise<Trainer> {
  return backend.createTrainer(smallNetwork, {
    batchSize,
    loss: 'mse',
    weightDecay: 1e-2,
    threads: 2,
    weights: smallWeights(),
    ...options,
  });
}

async function train(trainer: Trainer, steps: number): Promise<void> {
  for (let step = 0; step < steps; step++) await trainer.step(images, images, everyImage);
}

describe('a trainer', () => {
  it('lowers the loss and tells each image’s', async () => {
    const trainer = await open();
    const first = await trainer.step(images, images, everyImage);
    await train(trainer, 20);
    const last = await trainer.step(images, images, everyImage);
    await trainer.dispose();
    expect(first).toHaveLength(batchSize);
    for (const [image, loss] of last.entries()) expect(loss).toBeLessThan(first[image] ?? 0);
  });

  it('goes on from saved weights and moments exactly as without the stop', async () => {
    const whole = await open();
    await train(whole, 7);
    const first = await open();
    await train(first, 4);
    const [weights, optimizerState] = [await first.weights(), await first.optimizerState()];
    await train(first, 1); // what was saved is a copy: this must not change it
    const second = await open({ weights, optimizerState });
    await train(second, 3);
    expect(await second.weights()).toEqual(await whole.weights());
    expect(await second.optimizerState()).toEqual(await whole.optimizerState());
    expect((await second.optimizerState()).step).toBe(7);
    for (const trainer of [whole, first, second]) await trainer.dispose();
  });

  it.each([
    ['AdamW', {}],
    ['SGD with a bound gradient', { optimizer: 'sgd', gradientClip: 0.05 }],
    ['dropout', { seed: 3 }],
  ] as const)('takes several steps at once as one after the other, with %s', async (_title, options) => {
    const spec = 'seed' in options ? withDropout : smallNetwork;
    const weights = initialWeights(checkNetwork(spec), 0);
    const settings = { batchSize, loss: 'mse', weightDecay: 1e-2, threads: 2, weights, ...options } as const;
    const [one, other] = [await backend.createTrainer(spec, settings), await backend.createTrainer(spec, settings)];
    const shared = new Float32Array(images.length);
    const batchOf = (step: number): TrainingBatch => {
      const input = randomImages(batchSize, `input ${step}`);
      shared.set(randomImages(batchSize, `target ${step}`));
      const rates = { learningRate: 1e-2 / (step + 1), momentum: 0.8 + step / 50, keep: batchSize - (step % 2) };
      // The second batch alone is not corrupted; the others' targets lie in one array, as a transform's do.
      return { input, target: step === 1 ? input : shared, ...rates };
    };
    const singly: Float32Array[] = [];
    for (let step = 0; step < 5; step++) {
      const { input, target, ...rates } = batchOf(step);
      singly.push(await one.step(input, target, rates));
    }
    const together = [...((await other.steps?.(2, batchOf)) ?? [])];
    together.push(...((await other.steps?.(3, (step) => batchOf(2 + step))) ?? []));
    expect(together).toEqual(singly);
    expect(await other.weights()).toEqual(await one.weights());
    expect(await other.optimizerState()).toEqual(await one.optimizerState());
    await one.dispose();
    await other.dispose();
  });

  it('gives the same bytes for the same weights, images and threads', async () => {
    const [one, other] = [await open(), await open()];
    await train(one, 3);
    await train(other, 3);
    expect(await one.weights()).toEqual(await other.weights());
    await one.dispose();
    await other.dispose();
  });

  it('leaves the images with the highest loss out of the gradient', async () => {
    // Without batch statistics an image acts on the others through the gradient only.
    const spec = {
      ...smallNetwork,
      encoder: smallNetwork.encoder.filter(({ type }) => type !== 'batchNorm'),
    };
    const weights = new Map([...smallWeights()].flatMap(([name, tensor]) => renumbered(name, tensor)));
    const odd = images.slice();
    const keepFive = { learningRate: 1e-2, keep: batchSize - 1 };
    const result = async (target: Float32Array) => {
      const trainer = await backend.createTrainer(spec, {
        batchSize,
        loss: 'mse',
        weightDecay: 0,
        threads: 1,
        weights,
      });
      const losses = await trainer.step(images, target, keepFive);
      const after = await trainer.weights();
      await trainer.dispose();
      return { losses, after };
    };
    odd.fill(7, 2 * valuesPerImage, 3 * valuesPerImage);
    const far = await result(odd);
    odd.fill(-9, 2 * valuesPerImage, 3 * valuesPerImage);
    const farther = await result(odd);
    expect(Math.max(...far.losses)).toBe(far.losses[2]);
    expect(farther.losses[2]).toBeGreaterThan(far.losses[2] ?? 0);
    expect(farther.after).toEqual(far.after);
    const another = images.slice().fill(7, 3 * valuesPerImage, 4 * valuesPerImage);
    expect((await result(another)).after).not.toEqual(far.after);
  });

  it('learns to give back the target, not the input', async () => {
    const trainer = await open();
    const target = images.map(() => 0.9);
    const first = await trainer.step(images, target, everyImage);
    for (let step = 0; step < 30; step++) await trainer.step(images, target, everyImage);
    const last = await trainer.step(images, target, everyImage);
    await trainer.dispose();
    expect(Math.max(...last)).toBeLessThan(Math.min(...first) / 2);
  });

  it('works with a batch of one image', async () => {
    const trainer = await open({ batchSize: 1 });
    const image = images.subarray(0, valuesPerImage);
    const [loss = NaN] = await trainer.step(image, image, { learningRate: 1e-2, keep: 1 });
    const weights = await trainer.weights();
    await trainer.dispose();
    expect(loss).toBeGreaterThan(0);
    for (const [name, { data }] of weights) expect(data.every(Number.isFinite), name).toBe(true);
  });

  it.each(['bce', 'focal'] as const)('refuses %s where outputs are not between 0 and 1', async (loss) => {
    const options = { batchSize, loss, weightDecay: 0, threads: 1, weights: smallWeights() };
    const withoutSigmoid = { ...smallNetwork, decoder: smallNetwork.decoder.slice(0, -1) };
    const signed = { ...smallNetwork, input: { ...smallNetwork.input, range: '-1..1' } } as const;
    const cubic = { type: 'resize', height: 9, width: 8, mode: 'bicubic' } as const;
    for (const spec of [withoutSigmoid, signed, { ...smallNetwork, decoder: [...smallNetwork.decoder, cubic] }]) {
      await expect(backend.createTrainer(spec, options)).rejects.toMatchObject({ code: 'settings-invalid' });
    }
  });

  it('takes bce where a mean of sigmoids comes out', async () => {
    const branches = [
      [{ type: 'sigmoid' }],
      [{ type: 'sigmoid' }, { type: 'reshape', channels: 3, height: 9, width: 8 }],
    ];
    const decoder = [...smallNetwork.decoder.slice(0, -1), { type: 'branches', join: 'average', branches }];
    const spec = v.parse(networkSpecSchema, { ...smallNetwork, decoder });
    const options = { batchSize, loss: 'bce', weightDecay: 0, threads: 1, weights: smallWeights() } as const;
    const trainer = await backend.createTrainer(spec, options);
    const losses = await trainer.step(images, images, everyImage);
    await trainer.dispose();
    for (const loss of losses) expect(loss).toBeGreaterThan(0);
  });

  it.each(lossNames)('tells the loss %s as it is computed outside of the graph', async (loss) => {
    const weights = smallWeights();
    // As without batch statistics the scorer gives what the trainer compares.
    const spec = { ...smallNetwork, encoder: smallNetwork.encoder.filter(({ type }) => type !== 'batchNorm') };
    const named = new Map([...weights].flatMap(([name, tensor]) => renumbered(name, tensor)));
    const trainer = await backend.createTrainer(spec, { batchSize, loss, weightDecay: 0, threads: 1, weights: named });
    const told = await trainer.step(images, images, everyImage);
    await trainer.dispose();
    const options = { batchSize, threads: 1, weights: named, features: false };
    const scorer = await backend.createScorer(spec, options);
    const { reconstruction } = await scorer.run(images, batchSize);
    const computed = imageLosses({ loss, shape: [3, 9, 8] }, images, reconstruction, batchSize);
    await scorer.dispose();
    for (const [image, value] of told.entries()) expect(value / (computed[image] ?? NaN)).toBeCloseTo(1, 4);
  });

  it('does not take more memory the longer it runs', async () => {
    const trainer = await open();
    await train(trainer, 100);
    const before = process.memoryUsage().rss;
    await train(trainer, 500);
    const growth = process.memoryUsage().rss - before;
    await trainer.dispose();
    expect(growth / 1e6).toBeLessThan(20);
  });
});

/** The weights' names when the batch normalisation, encoder.1, is taken out. */
function renumbered<T>(name: string, tensor: T): [string, T][] {
  if (name.startsWith('encoder.1.')) return [];
  return [[name.replace('encoder.4.', 'encoder.3.'), tensor]];
}
