/** Tries a device on the very network that a run will train or apply: whether it agrees with the CPU, and how fast. */
import * as l10n from '@vscode/l10n';
import { initialWeights } from '../model/initial';
import { valueCount } from '../model/plan';
import { labelCount, planPretext } from '../model/pretext';
import { checkNetwork } from '../model/shapes';
import type { NetworkSpec } from '../model/spec';
import type { Backend, TrainerOptions } from './backend';
import { DeviceFault } from './device-fault';
import { joinFloats, largestDifference, percent } from './float-arrays';
import { randomImages } from './random-images';

/** What the run will do. */
export interface TrialPlan {
  readonly spec: NetworkSpec;
  readonly threads: number;
  readonly batchSize: number;
  /** Absent: the network is only applied. */
  readonly training?: Omit<TrainerOptions, 'threads' | 'weights' | 'optimizerState' | 'batchSize'>;
}

/** Of a step with the run's batch, after the first: that one prepares memory and compiles what the device needs. */
export interface Speeds {
  readonly deviceMs: number;
  readonly hostMs: number;
}

/** Batch statistics need more than one image; few are enough to see an operator that computes wrongly. */
const fewImages = 4;
/** Of the mean loss, or of a pixel's range: about a grey level. Half precision stays below it in the presets. */
const tolerance = 5e-3;
const timedSteps = 3;
/** Steps of a large network are predicted from those of a few images instead. */
const longestMeasuredStepMs = 1500;
const learningRate = 1e-3;

/**
 * Two steps of a few images on both, then the run's batch on the device, and on the host if that is quick.
 * @param device guarded, see device-fault.ts
 * @throws DeviceFault `wrong` when the device disagrees with the host, or whatever fault it had
 */
export async function tryDevice(device: Backend, host: Backend, plan: TrialPlan): Promise<Speeds> {
  const batchSize = Math.min(fewImages, plan.batchSize);
  const small = { ...plan, batchSize };
  const expected = await twoSteps(host, small);
  const seen = await twoSteps(device, small);
  const deviation = largestDeviation(seen.values, expected.values, plan.training !== undefined);
  if (!(deviation <= tolerance)) {
    const what = plan.training ? l10n.t('losses') : l10n.t('reconstructions');
    const reason = l10n.t('its {0} for this network differ from the CPU’s by {1}', what, percent(deviation));
    throw new DeviceFault(device.name, device.device, 'wrong', reason);
  }
  const predictedMs = (expected.secondMs * plan.batchSize) / batchSize;
  // A whole batch takes no less than a few of its images.
  if (seen.secondMs > predictedMs)
    return { deviceMs: (seen.secondMs * plan.batchSize) / batchSize, hostMs: predictedMs };
  const deviceMs = await fastestStep(device, plan);
  return { deviceMs, hostMs: predictedMs > longestMeasuredStepMs ? predictedMs : await fastestStep(host, plan) };
}

/** For people: "convolutional 3×64×64, training, batch 64". */
export function describeTrial({ spec, batchSize, training }: TrialPlan): string {
  const { channels, height, width } = spec.input;
  const size = [channels, height, width].map(String).join('×');
  return `${spec.name} ${size}, ${training ? 'training' : 'scoring'}, batch ${String(batchSize)}`;
}

interface Subject {
  /** A step's losses, or the reconstructions. */
  step(): Promise<Float32Array>;
  dispose(): Promise<void>;
}

async function open(backend: Backend, plan: TrialPlan): Promise<Subject> {
  const { spec, threads, batchSize, training } = plan;
  const network = checkNetwork(spec);
  const weights = initialWeights(network, 1);
  const images = randomImages(batchSize * valueCount(network.input), 'trial images');
  if (training === undefined) {
    const scorer = await backend.createScorer(spec, { batchSize, threads, weights, features: true });
    return {
      step: async () => (await scorer.run(images, batchSize)).reconstruction.slice(),
      dispose: () => scorer.dispose(),
    };
  }
  const asked = planPretext(network, training.pretext);
  // Any answers show whether two devices agree.
  const pretext = asked && { images, labels: new Float32Array(batchSize * labelCount(asked)).fill(1) };
  const trainer = await backend.createTrainer(spec, { ...training, batchSize, threads, weights });
  return {
    step: () => trainer.step(images, images, { learningRate, keep: batchSize, ...(pretext && { pretext }) }),
    dispose: () => trainer.dispose(),
  };
}

async function using<T>(backend: Backend, plan: TrialPlan, work: (subject: Subject) => Promise<T>): Promise<T> {
  const subject = await open(backend, plan);
  let result: T;
  try {
    result = await work(subject);
  } catch (error) {
    // The first failure is the one to tell; a lost device cannot be tidied up.
    await subject.dispose().catch(() => undefined);
    throw error;
  }
  await subject.dispose();
  return result;
}

function twoSteps(backend: Backend, plan: TrialPlan): Promise<{ values: Float32Array; secondMs: number }> {
  return using(backend, plan, async (subject) => {
    const first = (await subject.step()).slice();
    const started = performance.now();
    const second = await subject.step();
    const secondMs = performance.now() - started;
    return { values: joinFloats([first, second]), secondMs };
  });
}

function fastestStep(backend: Backend, plan: TrialPlan): Promise<number> {
  return using(backend, plan, async (subject) => {
    await subject.step();
    let fastest = Infinity;
    for (let step = 0; step < timedSteps && (step === 0 || fastest < longestMeasuredStepMs); step++) {
      const started = performance.now();
      await subject.step();
      fastest = Math.min(fastest, performance.now() - started);
    }
    return fastest;
  });
}

/** NaN where either is no number. */
function largestDeviation(seen: Float32Array, expected: Float32Array, areLosses: boolean): number {
  const mean = expected.reduce((sum, value) => sum + Math.abs(value), 0) / expected.length;
  const scale = areLosses ? Math.max(mean, Number.MIN_VALUE) : 1;
  return largestDifference(seen, expected) / scale;
}
