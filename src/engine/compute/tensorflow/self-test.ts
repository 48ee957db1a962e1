/** Checks on a small network that TensorFlow computes gradients right and that training with them lowers the loss. */
import { isTrained } from '../../model/shapes';
import type { SelfTest, Trainer, TrainerOptions } from '../backend';
import { testBackend, type TestedBackend } from '../self-test';
import { batchSize, testNetwork } from '../test-network';
import type { TensorFlow } from './api';
import { openTrainer } from './trainer';

/** So large that rounding the weights loses little of the gradient, which is found as what a plain step takes. */
const plainRate = 1;

/** Never rejects: what TensorFlow throws is the test's result. */
export function testTensorFlow(tf: TensorFlow): Promise<SelfTest> {
  return testBackend({
    evaluating: evaluating(tf),
    openTrainer: (weights) => open(tf, { weights }),
    lossOf: mean,
  });
}

function evaluating(tf: TensorFlow): TestedBackend['evaluating'] {
  return ({ parameters }, images, work) =>
    work(async (weights) => {
      const trainer = open(tf, { weights, optimizer: 'sgd' });
      try {
        const losses = await trainer.step(images, images, { learningRate: plainRate, keep: batchSize });
        const next = await trainer.weights();
        const gradients = parameters.filter(isTrained).map(({ name }) => {
          const [before, after] = [weights.get(name)?.data ?? new Float32Array(), next.get(name)?.data];
          return [name, before.map((value, at) => (value - (after?.[at] ?? NaN)) / plainRate)] as const;
        });
        return { loss: mean(losses), gradients: new Map(gradients) };
      } finally {
        await trainer.dispose();
      }
    });
}

function open(tf: TensorFlow, options: Pick<TrainerOptions, 'weights' | 'optimizer'>): Trainer {
  return openTrainer(tf, testNetwork, { batchSize, loss: 'mse', weightDecay: 0, threads: 1, ...options });
}

function mean(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
