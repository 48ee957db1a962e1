/** What a backend's self-test checks on a small network: that gradients are right, and that training lowers the loss. */
import * as l10n from '@vscode/l10n';
import { initialWeights } from '../model/initial';
import { checkNetwork, type NetworkPlan } from '../model/shapes';
import type { NamedTensors } from '../model/tensors';
import type { SelfTest, Trainer } from './backend';
import { batchSize, testImages, testNetwork } from './test-network';

const trainingSteps = 8;
const learningRate = 1e-2;
/** Of the derivative along a direction, relative; float32 differences are not more exact. */
const tolerance = 2e-2;
const stepLength = 3e-3;

/** Of the network with some weights; of the gradients, those of the trained ones. */
export interface LossAndGradients {
  readonly loss: number;
  readonly gradients: ReadonlyMap<string, Float32Array>;
}

type Evaluate = (weights: NamedTensors) => Promise<LossAndGradients>;

/** How the backend that is tested computes on the test's network and images. */
export interface TestedBackend {
  /** Follows what is said of a test that was passed. */
  readonly suffix?: string;
  /** Gives `work` what evaluates, for as long as that runs. */
  evaluating(plan: NetworkPlan, images: Float32Array, work: (evaluate: Evaluate) => Promise<number>): Promise<number>;
  openTrainer(weights: NamedTensors): Promise<Trainer> | Trainer;
  /** The training's loss in a step. */
  lossOf(losses: Float32Array): number;
  /** Without what says nothing to a person. */
  reasonOf?(message: string): string;
}

/** Never rejects: what the backend throws is the test's result. */
export async function testBackend(backend: TestedBackend): Promise<SelfTest> {
  const start = performance.now();
  const result = (passed: boolean, detail: string): SelfTest => ({
    passed,
    detail,
    milliseconds: performance.now() - start,
  });
  try {
    const plan = checkNetwork(testNetwork);
    const weights = initialWeights(plan, 1);
    const images = testImages();
    const deviation = await backend.evaluating(plan, images, (evaluate) => gradientDeviation(evaluate, weights));
    const agreement = deviation.toExponential(0);
    if (!(deviation < tolerance))
      return result(false, l10n.t('gradients differ from finite differences by {0}', agreement));
    const [first, last] = await trainBriefly(backend, weights, images);
    if (!(last < first)) return result(false, l10n.t('training did not lower the loss ({0} to {1})', first, last));
    return result(
      true,
      `${l10n.t('gradients agree to {0}, training lowers the loss', agreement)}${backend.suffix ?? ''}`,
    );
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return result(false, backend.reasonOf?.(message) ?? message);
  }
}

/**
 * Moves all parameters along their own gradient, forth and back: the loss must change by the gradient's length squared.
 * @returns how far it is from that, relative
 */
async function gradientDeviation(evaluate: Evaluate, weights: NamedTensors): Promise<number> {
  const { gradients } = await evaluate(weights);
  let squares = 0;
  for (const gradient of gradients.values()) for (const value of gradient) squares += value * value;
  const length = Math.sqrt(squares);
  const forth = await evaluate(moved(weights, gradients, stepLength / length));
  const back = await evaluate(moved(weights, gradients, -stepLength / length));
  const measured = (forth.loss - back.loss) / (2 * stepLength);
  return Math.abs(measured - length) / length;
}

function moved(weights: NamedTensors, gradients: LossAndGradients['gradients'], factor: number): NamedTensors {
  const entries = [...weights].map(([name, { shape, data }]) => {
    const gradient = gradients.get(name);
    return [name, { shape, data: data.map((value, at) => value + factor * (gradient?.[at] ?? 0)) }] as const;
  });
  return new Map(entries);
}

async function trainBriefly(
  backend: TestedBackend,
  weights: NamedTensors,
  images: Float32Array,
): Promise<readonly [first: number, last: number]> {
  const trainer = await backend.openTrainer(weights);
  try {
    const losses: number[] = [];
    for (let step = 0; step < trainingSteps; step++) {
      losses.push(backend.lossOf(await trainer.step(images, images, { learningRate, keep: batchSize })));
    }
    return [losses[0] ?? NaN, losses.at(-1) ?? NaN];
  } finally {
    await trainer.dispose();
  }
}
