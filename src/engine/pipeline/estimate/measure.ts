/** Tries what a scan will do, on a few images: steps of training, and scoring with all that is computed for it. */
import { evenSample } from '../../../shared/even-sample';
import type { ScanSettings } from '../../../shared/settings';
import type { Backend, MatrixMultiplier, Trainer, TrainingBatch } from '../../compute/backend';
import type { TensorCache } from '../../dataset/dataset';
import { initialWeights } from '../../model/initial';
import { checkNetwork } from '../../model/shapes';
import type { NetworkSpec } from '../../model/spec';
import { applyNetworkScores, fitNetworkScores } from '../../scoring/network-scoring';
import { createTransform } from '../../training/augmentation/index';
import { PretextImages } from '../../training/augmentation/pretext';
import { keptPerBatch } from '../../training/plan';
import { pretextTasks } from '../../training/pretext-tasks';
import { openWishedBackbone } from '../backbone';
import { scoringBatch } from '../capacity';
import { howToTrain } from '../network';

export interface TryOptions {
  readonly backend: Backend;
  readonly spec: NetworkSpec;
  readonly settings: ScanSettings;
  readonly threads: number;
  readonly images: TensorCache;
}

/** Values of the images that are tried at once, about 42 of 3×64×64: more take their time in proportion. */
const mostValues = 2 ** 19;
const fewestImages = 4;
/** Together with the first, which prepares memory, about a second. */
const longestStepsMs = 500;
const mostStepsAtOnce = 8;
const learningRate = 1e-4;

export interface TriedTraining {
  /** Of a step with the plan's batch, its images prepared beside it. */
  readonly secondsPerStep: number;
  /** What the process held at the most because of it, with the plan's batch. */
  readonly memoryBytes: number;
}

/** @param batchSize of the plan; a large batch is predicted from a smaller one */
export async function tryTraining(options: TryOptions, batchSize: number): Promise<TriedTraining> {
  const { backend, spec, settings, threads, images } = options;
  const network = checkNetwork(spec);
  const tried = Math.min(batchSize, triedAtOnce(images));
  const places = Uint32Array.from({ length: tried }, (_, row) => row % images.count);
  const plain = new Float32Array(tried * images.valuesPerImage);
  images.read(places, plain);
  const transform = createTransform(settings, images.shape, settings.seed);
  const tasks = pretextTasks(settings);
  const asked = tasks.length > 0 ? new PretextImages(tasks, images.shape, settings.seed) : undefined;
  const changed = () => {
    const made = transform?.apply(plain, tried, 1, places) ?? { input: plain, target: plain };
    return asked ? { ...made, pretext: asked.make(made.target, 1, places) } : made;
  };
  const transformMs = transform || asked ? timed(changed) : 0;

  const before = process.memoryUsage.rss();
  const trainer = await backend.createTrainer(spec, {
    ...howToTrain(settings),
    batchSize: tried,
    threads,
    weights: initialWeights(network, settings.seed),
  });
  try {
    const batch = { ...changed(), learningRate, keep: keptPerBatch(tried, settings.trimFraction) };
    const stepMs = await fastestStep(trainer, batch);
    const held = Math.max(0, peakBytes() - before);
    // Weights, gradients and moments do not grow with the batch.
    const steady = Math.min(held, network.parameterCount * 4 * Float32Array.BYTES_PER_ELEMENT);
    const scale = batchSize / tried;
    return {
      // Another thread prepares the images meanwhile.
      secondsPerStep: (Math.max(stepMs, transformMs) * scale) / 1000,
      memoryBytes: before + steady + (held - steady) * scale,
    };
  } finally {
    await trainer.dispose();
  }
}

function triedAtOnce({ valuesPerImage }: TensorCache): number {
  return Math.max(fewestImages, Math.floor(mostValues / valuesPerImage));
}

async function fastestStep(trainer: Trainer, batch: TrainingBatch): Promise<number> {
  const { input, target, ...options } = batch;
  await trainer.step(input, target, options);
  const one = await timedAsync(() => trainer.step(input, target, options));
  const count = Math.min(mostStepsAtOnce, Math.floor(longestStepsMs / one));
  if (count < 2) return one;
  const several = await timedAsync(() => trainer.steps?.(count, () => batch) ?? Promise.resolve());
  return trainer.steps ? Math.min(one, several / count) : one;
}

export interface TriedScoring {
  /** Of one image, with all scores. */
  readonly secondsPerImage: number;
  /** Of the statistics fitted on so many images. */
  readonly fitSeconds: number;
  readonly fittedOn: number;
  /** Held for each image that the statistics are fitted on. */
  readonly bytesPerFitted: number;
}

export async function tryScoring(options: TryOptions, multiplier: MatrixMultiplier): Promise<TriedScoring> {
  const { backend, spec, settings, threads, images } = options;
  const batchSize = scoringBatch(images.valuesPerImage);
  const weights = initialWeights(checkNetwork(spec), settings.seed);
  const scorer = await backend.createScorer(spec, { batchSize, threads, weights, features: true });
  const backbone = await openWishedBackbone(settings, threads);
  try {
    const { signal } = new AbortController();
    const tools = { multiplier, shape: images.shape };
    const indexes = evenSample(images.count, triedAtOnce(images));
    const one = new Float32Array(images.valuesPerImage);
    images.read([0], one);
    await scorer.run(one, 1); // prepares memory
    const fitStarted = performance.now();
    const statistics = await fitNetworkScores({ scorer, backbone, images, indexes, signal }, tools);
    const fitSeconds = (performance.now() - fitStarted) / 1000;
    const perPass = await timedAsync(() =>
      applyNetworkScores({ scorer, backbone, images, indexes, signal }, statistics, tools),
    );
    const { encoder, decoder, rebuilt } = scorer.featureSizes;
    return {
      secondsPerImage: perPass / 1000 / indexes.length,
      fitSeconds,
      fittedOn: indexes.length,
      bytesPerFitted:
        (scorer.latentSize +
          encoder +
          decoder +
          rebuilt +
          (backbone?.featureSize ?? 0) +
          (backbone?.mapShape?.reduce((product, side) => product * side, 1) ?? 0)) *
        Float32Array.BYTES_PER_ELEMENT,
    };
  } finally {
    await scorer.dispose();
    await backbone?.dispose();
  }
}

/** The most that this process ever held: it must be one of its own. */
export function peakBytes(): number {
  return process.resourceUsage().maxRSS * 1024;
}

function timed(work: () => unknown): number {
  const started = performance.now();
  work();
  return performance.now() - started;
}

async function timedAsync(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}
