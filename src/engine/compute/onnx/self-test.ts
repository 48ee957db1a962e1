/** Checks on a small network that a device computes gradients right and that training with them lowers the loss. */
import type { DeviceName } from '../../../shared/settings';
import { initialWeights } from '../../model/initial';
import { checkNetwork, isTrained, type NetworkPlan } from '../../model/shapes';
import type { NamedTensors } from '../../model/tensors';
import type { SelfTest } from '../backend';
import { batchSize, testImages, testNetwork } from '../test-network';
import type { Lowering } from './lowering';
import { floatsOf, floatTensor, openSession, wholeNumberTensor } from './session';
import { openTrainer } from './trainer';
import { buildGradientGraph } from './training-graph';

const trainingSteps = 8;
/** Of the derivative along a direction, relative; float32 differences are not more exact. */
const tolerance = 2e-2;
const stepLength = 3e-3;

/** Never rejects: what the runtime throws is the test's result. */
export async function testDevice(device: DeviceName, lowering: Lowering): Promise<SelfTest> {
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
    const deviation = await gradientDeviation(device, lowering, plan, weights, images);
    const agreement = deviation.toExponential(0);
    if (!(deviation < tolerance)) return result(false, `gradients differ from finite differences by ${agreement}`);
    const [first, last] = await trainBriefly(device, lowering, weights, images);
    if (!(last < first)) return result(false, `training did not lower the loss (${String(first)} to ${String(last)})`);
    return result(true, `gradients agree to ${agreement}, training lowers the loss (${lowering.name})`);
  } catch (error) {
    return result(false, reasonOf(error));
  }
}

/** The runtime's errors begin with a place in its own sources, which says nothing to a person. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/^.*was false\. /s, '').trim();
}

/**
 * Moves all parameters along their own gradient, forth and back: the loss must change by the gradient's length squared.
 * @returns how far it is from that, relative
 */
async function gradientDeviation(
  device: DeviceName,
  lowering: Lowering,
  plan: NetworkPlan,
  weights: NamedTensors,
  images: Float32Array,
): Promise<number> {
  const session = await openSession(buildGradientGraph(plan, { batchSize, loss: 'mse', lowering }), {
    device,
    threads: 1,
  });
  try {
    const imageTensor = floatTensor(images, [batchSize, ...plan.input]);
    const evaluate = async (at: NamedTensors) => {
      const parameters = [...at].map(([name, { shape, data }]) => [name, floatTensor(data, shape)] as const);
      const outputs = await session.run({
        input: imageTensor,
        target: imageTensor,
        keep: wholeNumberTensor(batchSize - 1),
        ...Object.fromEntries(parameters),
      });
      const gradients = new Map<string, Float32Array>();
      for (const { name } of plan.parameters.filter(isTrained)) {
        gradients.set(name, floatsOf(outputs[`gradient ${name}`]));
      }
      return { loss: meanOfLowest(floatsOf(outputs['losses'])), gradients };
    };
    const { gradients } = await evaluate(weights);
    const length = Math.sqrt(sum([...gradients.values()].flatMap((gradient) => [...gradient].map((g) => g * g))));
    const forth = await evaluate(moved(weights, gradients, stepLength / length));
    const back = await evaluate(moved(weights, gradients, -stepLength / length));
    const measured = (forth.loss - back.loss) / (2 * stepLength);
    return Math.abs(measured - length) / length;
  } finally {
    await session.release();
  }
}

async function trainBriefly(
  device: DeviceName,
  lowering: Lowering,
  weights: NamedTensors,
  images: Float32Array,
): Promise<[first: number, last: number]> {
  const options = { batchSize, loss: 'mse', weightDecay: 0, threads: 1, weights } as const;
  const trainer = await openTrainer(testNetwork, options, device, lowering);
  try {
    const losses: number[] = [];
    for (let step = 0; step < trainingSteps; step++) {
      losses.push(sum(await trainer.step(images, images, { learningRate: 1e-2, keep: batchSize })));
    }
    return [losses[0] ?? NaN, losses.at(-1) ?? NaN];
  } finally {
    await trainer.dispose();
  }
}

function moved(weights: NamedTensors, gradients: ReadonlyMap<string, Float32Array>, factor: number): NamedTensors {
  const entries = [...weights].map(([name, { shape, data }]) => {
    const gradient = gradients.get(name);
    return [name, { shape, data: data.map((value, at) => value + factor * (gradient?.[at] ?? 0)) }] as const;
  });
  return new Map(entries);
}

/** The loss of the images that make the gradient: all but the worst. */
function meanOfLowest(losses: Float32Array): number {
  return sum([...losses].sort((a, b) => a - b).slice(0, batchSize - 1)) / (batchSize - 1);
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
