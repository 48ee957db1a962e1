/** Checks on a small network that TensorFlow computes gradients right and that training with them lowers the loss. */
import { initialWeights } from '../../model/initial';
import { checkNetwork, isTrained } from '../../model/shapes';
import type { NamedTensors } from '../../model/tensors';
import type { SelfTest, Trainer, TrainerOptions } from '../backend';
import { batchSize, testImages, testNetwork } from '../test-network';
import type { TensorFlow } from './api';
import { openTrainer } from './trainer';

const trainingSteps = 8;
/** Of the derivative along a direction, relative; float32 differences are not more exact. */
const tolerance = 2e-2;
const stepLength = 3e-3;
/** So large that rounding the weights loses little of the gradient, which is found as what a plain step takes. */
const plainRate = 1;

/** Never rejects: what TensorFlow throws is the test's result. */
export async function testTensorFlow(tf: TensorFlow): Promise<SelfTest> {
  const start = performance.now();
  const result = (passed: boolean, detail: string): SelfTest => ({
    passed,
    detail,
    milliseconds: performance.now() - start,
  });
  try {
    const deviation = await gradientDeviation(tf);
    const agreement = deviation.toExponential(0);
    if (!(deviation < tolerance)) return result(false, `gradients differ from finite differences by ${agreement}`);
    const [first, last] = await trainBriefly(tf);
    if (!(last < first)) return result(false, `training did not lower the loss (${String(first)} to ${String(last)})`);
    return result(true, `gradients agree to ${agreement}, training lowers the loss`);
  } catch (error) {
    return result(false, error instanceof Error ? error.message : String(error));
  }
}

/**
 * Moves all parameters along their own gradient, forth and back: the loss must change by the gradient's length squared.
 * @returns how far it is from that, relative
 */
async function gradientDeviation(tf: TensorFlow): Promise<number> {
  const plan = checkNetwork(testNetwork);
  const weights = initialWeights(plan, 1);
  const images = testImages();
  const lossAndNext = async (at: NamedTensors) =>
    withTrainer(tf, { weights: at, optimizer: 'sgd' }, async (trainer) => {
      const losses = await trainer.step(images, images, { learningRate: plainRate, keep: batchSize });
      return { loss: mean(losses), next: await trainer.weights() };
    });
  const { next } = await lossAndNext(weights);
  const gradients = plan.parameters.filter(isTrained).map(({ name }) => {
    const after = next.get(name)?.data;
    return [
      name,
      (weights.get(name)?.data ?? new Float32Array()).map((w, at) => (w - (after?.[at] ?? NaN)) / plainRate),
    ] as const;
  });
  const squares = gradients.flatMap(([, gradient]) => [...gradient].map((value) => value * value));
  const length = Math.sqrt(squares.reduce((sum, square) => sum + square, 0));
  const moved = (distance: number): NamedTensors => {
    const along = new Map(gradients);
    const entries = [...weights].map(([name, { shape, data }]) => {
      const gradient = along.get(name);
      const values = data.map((value, at) => value + ((gradient?.[at] ?? 0) * distance) / length);
      return [name, { shape, data: values }] as const;
    });
    return new Map(entries);
  };
  const forth = await lossAndNext(moved(stepLength));
  const back = await lossAndNext(moved(-stepLength));
  const measured = (forth.loss - back.loss) / (2 * stepLength);
  return Math.abs(measured - length) / length;
}

async function trainBriefly(tf: TensorFlow): Promise<readonly [first: number, last: number]> {
  const weights = initialWeights(checkNetwork(testNetwork), 1);
  const images = testImages();
  return withTrainer(tf, { weights }, async (trainer) => {
    const losses: number[] = [];
    for (let step = 0; step < trainingSteps; step++) {
      losses.push(mean(await trainer.step(images, images, { learningRate: 1e-2, keep: batchSize })));
    }
    return [losses[0] ?? NaN, losses.at(-1) ?? NaN];
  });
}

async function withTrainer<T>(
  tf: TensorFlow,
  options: Pick<TrainerOptions, 'weights' | 'optimizer'>,
  work: (trainer: Trainer) => Promise<T>,
): Promise<T> {
  const trainer = openTrainer(tf, testNetwork, { batchSize, loss: 'mse', weightDecay: 0, threads: 1, ...options });
  try {
    return await work(trainer);
  } finally {
    await trainer.dispose();
  }
}

function mean(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
