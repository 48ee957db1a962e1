/** Training inside a run: builds the network, goes on from a checkpoint, keeps the best weights. */
import * as l10n from '@vscode/l10n';
import { UserError } from '../../shared/errors';
import { evenSample } from '../../shared/even-sample';
import type { ScanSettings } from '../../shared/settings';
import type { NamedTensors, Trainer } from '../compute/backend';
import { DeviceFault, isHost } from '../compute/device-fault';
import type { TrialPlan } from '../compute/trial';
import { initialWeights } from '../model/initial';
import { beginAtMean } from '../model/mean-output';
import { withoutHeadWeights } from '../model/pretext';
import { checkNetwork } from '../model/shapes';
import type { NetworkSpec } from '../model/spec';
import { packCheckpoint, unpackCheckpoint, type Checkpoint } from '../training/checkpoint';
import { ignoredSettings } from '../training/ignored-settings';
import { openImageFeed } from '../training/images/open-feed';
import type { ImageFeed } from '../training/images/image-feed';
import { finiteWeights, train, type StepProgress, type TrainingResult } from '../training/loop';
import { planTraining, type TrainingPlan } from '../training/plan';
import { pretextTasks } from '../training/pretext-tasks';
import { planRankings } from '../training/rankings';
import { SpentTime } from '../training/spent-time';
import { freshState, slowedDown, type TrainingState } from '../training/state';
import { threadsOf } from './capacity';
import type { Compute } from './compute';
import type { ScanImages, TrainingImages } from './images';
import type { Stage } from './stage';
import { Watch, type WatchedImages } from './watch';

const leastMillisecondsBetweenCheckpoints = 5000;
/** Of the time; what a large network's checkpoint takes must not add up. */
const largestShareOfSaving = 0.05;
const checkpointName = 'checkpoint';
const defaultWeightDecay = 1e-4;

export interface TrainedNetwork {
  readonly spec: NetworkSpec;
  readonly weights: NamedTensors;
}

/** What the training is going to compute. */
export function trainingTrial(
  { run }: Stage,
  spec: NetworkSpec,
  images: ScanImages,
  training: TrainingImages,
): TrialPlan & Required<Pick<TrialPlan, 'training'>> {
  const { settings } = run.record.request;
  const { batchSize } = planTraining(training.images.count, settings, images.validation !== undefined);
  return { spec, threads: threadsOf(run.record), batchSize, training: howToTrain(settings) };
}

/** What of the settings a trainer is told. */
export function howToTrain(settings: ScanSettings): NonNullable<TrialPlan['training']> {
  const { gradientClip, focal, beta } = settings;
  const pretext = pretextTasks(settings);
  return {
    loss: settings.loss,
    ...(focal && { focal }),
    ...(beta !== undefined && { klWeight: beta }),
    ...(pretext.length > 0 && { pretext }),
    optimizer: settings.optimizer,
    weightDecay: settings.weightDecay ?? defaultWeightDecay,
    ...(gradientClip !== undefined && { gradientClip }),
    seed: settings.seed,
  };
}

/**
 * A device that fails on the way takes along what was learned since the last checkpoint; from there the CPU goes on.
 * @throws UserError `training-diverged`, after which the run resumes behind its best epoch with a tenth of the rate
 */
export async function trainNetwork(
  stage: Stage,
  compute: Compute,
  spec: NetworkSpec,
  images: ScanImages,
  training: TrainingImages,
): Promise<TrainedNetwork> {
  const spent = new SpentTime();
  for (;;) {
    try {
      return await trainOnDevice(stage, compute, spec, { images, training, spent });
    } catch (error) {
      const fault = faultOf(error, compute);
      if (fault === undefined || stage.signal.aborted) throw error;
      await compute.fallBack(fault, await whereTrainingGoesOn(stage));
    }
  }
}

/** A loss that is no number may be the device's doing: the host finds out. */
function faultOf(error: unknown, { backend }: Compute): DeviceFault | undefined {
  if (error instanceof DeviceFault) return error;
  const isDiverged = error instanceof UserError && error.code === 'training-diverged';
  if (!isDiverged || isHost(backend)) return undefined;
  return new DeviceFault(backend.name, backend.device, 'diverged', l10n.t('a loss or a weight became infinite'));
}

async function whereTrainingGoesOn(stage: Stage): Promise<string> {
  const tensors = await stage.run.readTensors(checkpointName);
  if (!tensors) return l10n.t('Training begins anew on the CPU.');
  const { epoch, stepInEpoch } = unpackCheckpoint(tensors, []).state;
  return l10n.t('Training goes on on the CPU from epoch {0}, step {1}.', epoch, stepInEpoch + 1);
}

interface TrainingMaterial {
  readonly images: ScanImages;
  readonly training: TrainingImages;
  readonly spent: SpentTime;
}

async function trainOnDevice(
  stage: Stage,
  compute: Compute,
  spec: NetworkSpec,
  { images, training, spent }: TrainingMaterial,
): Promise<TrainedNetwork> {
  const { run } = stage;
  const { settings } = run.record.request;
  const plan = planTraining(training.images.count, settings, images.validation !== undefined);
  const checkpoint = await readCheckpoint(stage, plan);
  const state = checkpoint?.state ?? freshState(plan.training.length);
  const first = () => firstWeights(spec, settings.seed, training);
  spent.goOnFrom(state.spentMs);
  const weights = checkpoint?.weights ?? first();
  await run.update({ plannedEpochs: plan.epochs, epochs: [...state.reports] });
  for (const sentence of ignoredSettings(settings, checkNetwork(spec))) {
    // A resumed run has said it before.
    if (!run.record.notes.includes(sentence)) await stage.note(sentence);
  }
  const { threads, training: how } = trainingTrial(stage, spec, images, training);
  const trainer = await compute.backend.createTrainer(spec, {
    ...how,
    batchSize: plan.batchSize,
    threads,
    weights,
    ...(checkpoint?.optimizerState && { optimizerState: checkpoint.optimizerState }),
  });
  const feed = openImageFeed({
    images: training.images,
    plan,
    settings,
    pretext: pretextTasks(settings),
    onLost: (reason) => stage.note(lostThread(reason)),
  });
  try {
    const watch = new Watch(stage, compute, spec, images, watchedImages(images, training, plan));
    const result = await trainWith(stage, trainer, plan, { images, feed, watch, spent }, state);
    if (result.isOutOfTime) await stage.note(outOfTime(settings, state, plan));
    await recordResult(stage, training, result);
    return { spec, weights: withoutHeadWeights(checkNetwork(spec), result.weights) };
  } catch (error) {
    // What was reached must not be lost to a stop.
    if (stage.signal.aborted) await saveOnStop(stage, trainer, { ...state, spentMs: spent.spentMs });
    else if (error instanceof UserError && error.code === 'training-diverged' && isHost(compute.backend)) {
      await prepareSlowerResume(stage, { ...state, spentMs: spent.spentMs }, first);
    }
    throw error;
  } finally {
    await feed.close();
    // Nothing on a device that is gone can be tidied up.
    await trainer.dispose().catch((error: unknown) => {
      if (!(error instanceof DeviceFault)) throw error;
    });
  }
}

function lostThread(reason: string): string {
  return l10n.t(
    'The thread that prepares training images ahead ended ({0}). They are prepared between the steps from here on: a little slower, with the same result.',
    reason,
  );
}

function outOfTime({ minutes = 0 }: ScanSettings, { epoch }: TrainingState, { epochs }: TrainingPlan): string {
  return l10n.t(
    'The {0} minutes that training may take were over in epoch {1} of {2}. With more of them the network may find more.',
    minutes,
    epoch,
    epochs,
  );
}

interface Material extends Omit<TrainingMaterial, 'training'> {
  readonly feed: ImageFeed;
  readonly watch: Watch;
}

async function trainWith(
  stage: Stage,
  trainer: Trainer,
  plan: TrainingPlan,
  { images, feed, watch, spent }: Material,
  state: TrainingState,
): Promise<TrainingResult> {
  const { run } = stage;
  const { settings } = run.record.request;
  const budget = spent.budgetOf(settings.minutes);
  let nextSave = performance.now() + leastMillisecondsBetweenCheckpoints;
  return train(
    {
      trainer,
      plan,
      images: feed,
      settings,
      rankedEpochs: planRankings(plan, images.scored.readable.length, settings),
      signal: stage.signal,
      ...(budget && { budget }),
      isEnough: () => stage.isEnough(),
      watch: (current, epoch, isRanked) => watch.look(current, epoch, isRanked),
      onStep: async (now, progress) => {
        reportStep(stage, plan, now, progress);
        await stage.giveWay();
        const started = performance.now();
        if (started < nextSave) return;
        await saveCheckpoint(stage, trainer, { ...state, spentMs: spent.spentMs });
        const savingMs = performance.now() - started;
        nextSave = performance.now() + Math.max(leastMillisecondsBetweenCheckpoints, savingMs / largestShareOfSaving);
      },
      onEpoch: async (report) => {
        await run.update({ epochs: [...state.reports], ...(state.kept && { bestEpoch: state.kept.epoch }) });
        stage.epoch(report);
      },
    },
    state,
  );
}

function watchedImages(
  { validation }: ScanImages,
  { images }: TrainingImages,
  { validation: heldOut }: TrainingPlan,
): WatchedImages {
  return validation
    ? { cache: validation.cache, indexes: validation.readable, isMixed: false }
    : { cache: images, indexes: heldOut, isMixed: true };
}

async function recordResult(stage: Stage, training: TrainingImages, result: TrainingResult): Promise<void> {
  const { run } = stage;
  stage.state.leftOut = result.leftOut
    .map((index) => training.scoredPlace(index) + 1) // unsigned: an image of another source becomes 0
    .filter((place) => place > 0)
    .map((place) => place - 1)
    .sort();
  await run.writeIndexes('left-out', stage.state.leftOut);
  const { bestEpoch, imagesPerSecond: train } = result;
  await run.update({
    bestEpoch,
    // A run that was stopped after its last step has no rate of what computes now.
    ...(train > 0 && { imagesPerSecond: { ...run.record.imagesPerSecond, train } }),
  });
}

/** @throws UserError `training-diverged`, so that nothing broken is ever written */
async function saveCheckpoint(stage: Stage, trainer: Trainer, state: TrainingState): Promise<void> {
  const weights = await finiteWeights({ trainer, settings: stage.run.record.request.settings }, state);
  const tensors = packCheckpoint({ state, weights, optimizerState: await trainer.optimizerState() });
  await stage.run.writeTensors(checkpointName, tensors);
}

async function saveOnStop(stage: Stage, trainer: Trainer, state: TrainingState): Promise<void> {
  try {
    await saveCheckpoint(stage, trainer, state);
  } catch (error) {
    // A stop is a stop: the checkpoint before this one is good, and the resumed run will find out by itself.
    // The same for a device that fails just then.
    const isKnown = error instanceof DeviceFault || (error instanceof UserError && error.code === 'training-diverged');
    if (!isKnown) throw error;
  }
}

async function prepareSlowerResume(stage: Stage, state: TrainingState, first: () => NamedTensors): Promise<void> {
  const slower = slowedDown(state);
  const weights = slower.kept?.weights ?? first();
  await stage.run.writeTensors(checkpointName, packCheckpoint({ state: slower, weights }));
}

/** So many images tell the mean. */
const imagesForMean = 512;

function firstWeights(spec: NetworkSpec, seed: number, { images }: TrainingImages): NamedTensors {
  const plan = checkNetwork(spec);
  const indexes = evenSample(images.count, imagesForMean);
  const [channels] = images.shape;
  const sums = new Float64Array(channels);
  const block = new Float32Array(images.valuesPerImage);
  const places = images.valuesPerImage / channels;
  for (let at = 0; at < indexes.length; at++) {
    images.read(indexes.subarray(at, at + 1), block);
    block.forEach((value, place) => {
      const channel = Math.floor(place / places);
      sums[channel] = (sums[channel] ?? 0) + value;
    });
  }
  const means = Float32Array.from(sums, (sum) => sum / (places * Math.max(1, indexes.length)));
  return beginAtMean(plan, initialWeights(plan, seed), means);
}

async function readCheckpoint(stage: Stage, plan: TrainingPlan): Promise<Checkpoint | undefined> {
  const tensors = await stage.run.readTensors(checkpointName);
  if (!tensors) return undefined;
  const checkpoint = unpackCheckpoint(tensors, stage.run.record.epochs);
  // Images that came or went since change the plan; then training begins anew.
  return checkpoint.state.losses.length === plan.training.length ? checkpoint : undefined;
}

function reportStep(
  stage: Stage,
  { batchSize, stepsPerEpoch }: TrainingPlan,
  state: TrainingState,
  { imagesPerSecond, stepsLeft }: StepProgress,
): void {
  const steps = (state.epoch - 1) * stepsPerEpoch + state.stepInEpoch;
  const done = steps * batchSize;
  const total = (steps + stepsLeft) * batchSize;
  stage.report('training', {
    done,
    total,
    epoch: state.epoch,
    plannedEpochs: Math.ceil((steps + stepsLeft) / stepsPerEpoch),
    imagesPerSecond,
    secondsLeft: (total - done) / Math.max(imagesPerSecond, 1e-3),
  });
}
