/** A step or a pass that TensorFlow runs as a whole. */
import os from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { NamedTensors, OptimizerState, Trainer } from '../../../src/engine/compute/backend';
import { TensorFlowBackend } from '../../../src/engine/compute/tensorflow/backend';
import { changes, runBefore } from '../../../src/engine/compute/tensorflow/graph/order';
import { record, type Operation, type Source } from '../../../src/engine/compute/tensorflow/graph/recording';
import { GraphSession } from '../../../src/engine/compute/tensorflow/graph/session';
import { loadTensorFlow } from '../../../src/engine/compute/tensorflow/load';
import { prepareTensorFlow } from '../../fixtures/prepared-tensorflow';
import { randomImages, smallNetwork, smallWeights, valuesPerImage } from './small-network';

const { folder, missing } = await prepareTensorFlow();
const threads = 2;
const batchSize = 4;

describe('What waits for what in a graph', () => {
  const variable: Source = { from: 'variable', at: 0 };
  const of = (at: number): Source => ({ from: 'operation', at, output: 0 });
  const operation = (name: string, ...inputs: Source[]): Operation => ({ name, inputs, attributes: [] });
  const operations = [
    operation('ReadVariableOp', variable),
    operation('Reshape', of(0)),
    operation('MatMul', of(1)),
    operation('ResourceApplyAdam', variable, of(2)),
    operation('ReadVariableOp', variable),
    operation('AssignVariableOp', variable, of(4)),
  ];

  it('changes a variable after all that hold its values, through whatever shares them', () => {
    expect([...(runBefore(operations)[3] ?? [])].sort()).toEqual([0, 1, 2]);
  });

  it('reads a variable after the change before, and changes it again after that', () => {
    expect([...(runBefore(operations)[4] ?? [])]).toEqual([3]);
    expect([...(runBefore(operations)[5] ?? [])].sort()).toEqual([3, 4]);
  });

  it('asks for what changes variables, and for nothing else', () => {
    expect(changes(operations)).toEqual([3, 5]);
  });
});

describe.skipIf(missing !== undefined)(`A graph${missing === undefined ? '' : `, skipped: ${missing}`}`, () => {
  const backend = () => new TensorFlowBackend(folder, threads);
  const images = randomImages(batchSize);
  const corrupted = images.map((value) => 1 - value);
  const options = { learningRate: 1e-2, keep: 3 };

  function opened(weights: NamedTensors, optimizerState?: OptimizerState): Promise<Trainer> {
    const state = { weights, ...(optimizerState && { optimizerState }) };
    return backend().createTrainer(smallNetwork, { batchSize, loss: 'mse', weightDecay: 0.01, threads, ...state });
  }

  /** Images that are shown as they are and corrupted ones, by turns. @param cut after which the training is taken up anew */
  async function trained(cut?: number): Promise<NamedTensors> {
    let trainer = await opened(smallWeights());
    for (let step = 1; step <= 6; step++) {
      await trainer.step(step % 3 === 0 ? corrupted : images, images, options);
      if (step !== cut) continue;
      const state = [await trainer.weights(), await trainer.optimizerState()] as const;
      await trainer.dispose();
      trainer = await opened(...state);
    }
    const weights = await trainer.weights();
    await trainer.dispose();
    return weights;
  }

  it('gives the same bytes each time, and when the training was interrupted', async () => {
    const expected = await trained();
    expect(await trained()).toEqual(expected);
    expect(await trained(3)).toEqual(expected);
  });

  it('leaves out images whose loss is no number', async () => {
    const trainer = await opened(smallWeights());
    const spoilt = images.slice();
    spoilt.fill(NaN, valuesPerImage, 2 * valuesPerImage);
    const losses = await trainer.step(images, spoilt, options);
    await trainer.dispose();
    expect([...losses].map(Number.isNaN)).toEqual([false, true, false, false]);
  });

  it('refuses work that looks at what it computes', () => {
    const { tf } = loadTensorFlow(folder, threads);
    const input = tf.scalar(2);
    const work = () => [tf.scalar(tf.square(input).dataSync()[0] ?? 0)];
    expect(() => record(tf, { inputs: [input], variables: [] }, work)).toThrow(/looks at a value/);
    expect(tf.square(input).dataSync()).toEqual(Float32Array.of(4));
  });

  it('computes anew with what every run is given', () => {
    const { tf } = loadTensorFlow(folder, threads);
    const held = tf.tensor(Float32Array.of(10, 20), [2], 'float32');
    const given = { inputs: [tf.scalar(2)], variables: [], held: [held] };
    const recording = record(tf, given, () => [tf.add(tf.mul(held, tf.square(given.inputs[0] ?? held)), 1)]);
    const session = GraphSession.open(tf, recording, given.held);
    const results = [2, 3].map((value) => [...(session.run([tf.scalar(value)])[0]?.dataSync() ?? [])]);
    session.dispose();
    expect(results).toEqual([
      [41, 81],
      [91, 181],
    ]);
  });

  describe('where no temporary file can be written', () => {
    const before = process.env['TMPDIR'];
    afterEach(() => {
      if (before === undefined) Reflect.deleteProperty(process.env, 'TMPDIR');
      else process.env['TMPDIR'] = before;
    });

    it('says where, and what to do', async () => {
      const trainer = await opened(smallWeights());
      const nowhere = path.join(os.tmpdir(), 'there-is-no-such-folder');
      process.env['TMPDIR'] = nowhere;
      await expect(trainer.step(images, images, options)).rejects.toMatchObject({
        code: 'backend-unavailable',
        message: expect.stringMatching(/could not be written in .*there-is-no-such-folder.*TMPDIR/) as string,
      });
      await trainer.dispose();
    });
  });
});
