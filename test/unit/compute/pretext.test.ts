import { describe, expect, it } from 'vitest';
import type { PretextBatch, StepOptions, Trainer, TrainerOptions } from '../../../src/engine/compute/backend';
import { largestDifference } from '../../../src/engine/compute/float-arrays';
import { OnnxBackend } from '../../../src/engine/compute/onnx/backend';
import { blockSize } from '../../../src/engine/compute/onnx/blocked/block-size';
import { blockedLowering } from '../../../src/engine/compute/onnx/blocked/lowering';
import { type Lowering, plainLowering } from '../../../src/engine/compute/onnx/lowering';
import { openTrainer } from '../../../src/engine/compute/onnx/trainer';
import { initialWeights } from '../../../src/engine/model/initial';
import { planPretext, pretextClasses, withHeads, withoutHeadWeights } from '../../../src/engine/model/pretext';
import { checkNetwork } from '../../../src/engine/model/shapes';
import type { Layer, NetworkSpec } from '../../../src/engine/model/spec';
import { randomStream } from '../../../src/shared/random';
import { compareGradients } from './finite-differences';
import { randomImages, smallNetwork, smallWeights } from './small-network';

const backend = new OnnxBackend('cpu');
const block = await blockSize();
const batchSize = 6;
const images = randomImages(batchSize);
const both = ['rotation', 'cut-paste'] as const;
const headNames = [
  'pretext.rotation.weight',
  'pretext.rotation.bias',
  'pretext.cut-paste.weight',
  'pretext.cut-paste.bias',
];

/** Of images of 9×8, so that both tasks have two answers. Images that are asked about are brighter than they were. */
function asked(step = 0): PretextBatch {
  const stream = randomStream(step, 'answers');
  const answers = Uint8Array.from({ length: 2 * batchSize }, () => stream.below(2));
  const labels = Float32Array.from([...answers].flatMap((answer) => [1 - answer, answer]));
  const size = images.length / batchSize;
  return { images: images.map((value, at) => value * (answers[2 * Math.floor(at / size)] === 1 ? 0.2 : 1)), labels };
}

function open(options: Partial<TrainerOptions> = {}, spec: NetworkSpec = smallNetwork): Promise<Trainer> {
  const weights = initialWeights(checkNetwork(spec), 0);
  return backend.createTrainer(spec, { batchSize, loss: 'mse', weightDecay: 0, threads: 2, weights, ...options });
}

async function train(trainer: Trainer, from: number, to: number): Promise<void> {
  for (let step = from; step < to; step++) await trainer.step(images, images, numbers(step));
}

function numbers(step: number): StepOptions {
  return { learningRate: 1e-2, keep: batchSize - (step % 2), pretext: asked(step) };
}

const convolution: Layer = { type: 'conv', out: 3, kernel: 3, stride: 2, padding: 1, bias: true };
const toCode: Layer[] = [{ type: 'flatten' }, { type: 'linear', out: 3, bias: true }];

function network(encoder: Layer[], height: number, width: number): NetworkSpec {
  const decoder: Layer[] = [
    { type: 'linear', out: 8, bias: true },
    { type: 'reshape', channels: 2, height: 2, width: 2 },
    { type: 'resize', height, width },
    { type: 'sigmoid' },
  ];
  return { name: 'asked', input: { channels: 2, height, width }, encoder, decoder };
}

describe('pretext tasks', () => {
  it.each<[string, Layer[], number]>([
    ['with batch statistics', [convolution, { type: 'batchNorm' }, { type: 'leakyRelu', slope: 0.1 }, ...toCode], 8],
    ['where sides differ', [convolution, { type: 'tanh' }, ...toCode], 6],
    ['behind dropout', [convolution, { type: 'dropout', probability: 0.3 }, { type: 'tanh' }, ...toCode], 8],
  ])('have gradients that agree with finite differences %s', async (_title, encoder, width) => {
    const options = { pretext: both, keep: 2, step: 1e-3 };
    const comparisons = await compareGradients(network(encoder, 8, width), 'mse', options);
    for (const { name, deviation } of comparisons) expect(deviation, name).toBeLessThan(5e-3);
    expect(comparisons.map(({ name }) => name)).toEqual(expect.arrayContaining(headNames));
  });

  it.skipIf(block === 1)('have the same gradients where values lie in blocks', async () => {
    const conv = (out: number, stride: number): Layer => ({
      type: 'conv',
      out,
      kernel: 3,
      stride,
      padding: 1,
      bias: true,
    });
    const bend: Layer = { type: 'leakyRelu', slope: 0.1 };
    const encoder: Layer[] = [conv(16, 1), { type: 'batchNorm' }, bend, conv(32, 2), { type: 'batchNorm' }, bend];
    const spec = network([...encoder, ...toCode], 9, 8);
    const plan = checkNetwork(spec);
    const weights = initialWeights(withHeads(plan, planPretext(plan, both)), 0);
    const stepped = async (lowering: Lowering, pretext: TrainerOptions['pretext']) => {
      const options = { batchSize, loss: 'mse', optimizer: 'sgd', weightDecay: 0, threads: 2, weights } as const;
      const trainer = await openTrainer(spec, { ...options, ...(pretext && { pretext }) }, 'cpu', lowering);
      const pictures = images.subarray(0, batchSize * 2 * 9 * 8);
      const { labels } = asked();
      const batch = { ...numbers(0), learningRate: 1, pretext: { images: pictures, labels } };
      await trainer.step(pictures, pictures, batch);
      const after = await trainer.weights();
      await trainer.dispose();
      return after;
    };
    const expected = await stepped(plainLowering, both);
    const seen = await stepped(blockedLowering(block), both);
    const without = await stepped(plainLowering, []);
    for (const [name, { data }] of seen) {
      expect(largestDifference(data, expected.get(name)?.data ?? new Float32Array()), name).toBeLessThan(1e-6);
    }
    // What is asked reaches the first layer.
    const first = (from: typeof seen) => from.get('encoder.0.weight')?.data ?? new Float32Array();
    expect(largestDifference(first(without), first(expected))).toBeGreaterThan(1e-4);
  });

  it('have four answers for a rotation of a square image, two where sides differ', () => {
    expect(pretextClasses('rotation', [1, 8, 8])).toBe(4);
    expect(pretextClasses('rotation', [1, 8, 6])).toBe(2);
    expect(pretextClasses('cut-paste', [1, 8, 8])).toBe(2);
  });

  it('are learned, and change what the encoder becomes', async () => {
    const [plain, taught] = [await open(), await open({ pretext: both })];
    const first = await taught.step(images, images, { ...numbers(0), keep: batchSize });
    // Heads begin at 0 and teach the encoder nothing in the first step: all else is as without them.
    expect(await plain.step(images, images, { learningRate: 1e-2, keep: batchSize })).toEqual(first);
    const begun = withoutHeadWeights(checkNetwork(smallNetwork), await taught.weights());
    expect(begun).toEqual(await plain.weights());
    for (let step = 1; step < 60; step++) await taught.step(images, images, { ...numbers(0), keep: batchSize });
    const weights = await taught.weights();
    expect([...weights.keys()].filter((name) => !smallWeights().has(name))).toEqual(headNames);
    // Darker images are those of the second answer.
    const answers = weights.get('pretext.rotation.weight')?.data ?? new Float32Array();
    expect(Math.max(...answers)).toBeGreaterThan(0.1);
    await plain.dispose();
    await taught.dispose();
  });

  it('go on from saved weights and moments exactly as without the stop', async () => {
    const whole = await open({ pretext: both });
    await train(whole, 0, 7);
    const first = await open({ pretext: both });
    await train(first, 0, 4);
    const [weights, optimizerState] = [await first.weights(), await first.optimizerState()];
    const second = await open({ pretext: both, weights, optimizerState });
    await train(second, 4, 7);
    expect(await second.weights()).toEqual(await whole.weights());
    expect(await second.optimizerState()).toEqual(await whole.optimizerState());
    for (const trainer of [whole, first, second]) await trainer.dispose();
  });

  it('are asked in several steps at once as in one after the other, with dropout on the way', async () => {
    const [first, ...others] = smallNetwork.encoder;
    const dropout: Layer = { type: 'dropout', probability: 0.4 };
    const spec = { ...smallNetwork, encoder: first ? [first, dropout, ...others] : [] };
    const settings = { pretext: both, seed: 3, weights: initialWeights(checkNetwork(spec), 0) };
    const [one, other] = [await open(settings, spec), await open(settings, spec)];
    const singly: Float32Array[] = [];
    for (let step = 0; step < 5; step++) singly.push(await one.step(images, images, numbers(step)));
    const together = (await other.steps?.(5, (step) => ({ input: images, target: images, ...numbers(step) }))) ?? [];
    expect(together).toEqual(singly);
    expect(await other.weights()).toEqual(await one.weights());
    await one.dispose();
    await other.dispose();
  });

  it('ask nothing of a network without maps: it is trained as without them', async () => {
    const spec = network([{ type: 'flatten' }, { type: 'linear', out: 4, bias: true }], 8, 6);
    const weights = initialWeights(checkNetwork(spec), 0);
    const pictures = randomImages(batchSize).subarray(0, batchSize * 2 * 8 * 6);
    const trained = async (pretext: TrainerOptions['pretext'] = []) => {
      const trainer = await open({ weights, pretext }, spec);
      await trainer.step(pictures, pictures, { learningRate: 1e-2, keep: batchSize });
      const result = await trainer.weights();
      await trainer.dispose();
      return result;
    };
    expect(await trained(both)).toEqual(await trained());
  });
});
