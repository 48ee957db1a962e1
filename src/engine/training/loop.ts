/** The training loop: one trainer, one plan, one state that can be saved and taken up again between any two steps. */
import * as l10n from '@vscode/l10n';
import type { EpochReport } from '../../shared/run';
import type { ScanSettings } from '../../shared/settings';
import type { NamedTensors, Trainer, TrainingBatch } from '../compute/backend';
import { BestEpoch } from './best-epoch';
import { areFinite, diverged } from './divergence';
import { BatchOrder } from './images/batch-order';
import type { ImageFeed } from './images/image-feed';
import { keptPerBatch, type TrainingPlan } from './plan';
import { Pace, schedulePosition, type TimeBudget } from './pace';
import { followPlateau } from './plateau';
import { isSettled, learningRateAt, momentumAt, plateauPatience, type StepPosition } from './schedule';
import { separation } from './separation';
import { beginNextEpoch, peakRate, type TrainingState } from './state';
import { StepsAtOnce } from './steps-at-once';

export interface TrainingContext {
  readonly trainer: Trainer;
  readonly plan: TrainingPlan;
  /** Only of readable images. */
  readonly images: ImageFeed;
  readonly settings: ScanSettings;
  /** The epochs after which {@link watch} is to rank everything. */
  readonly rankedEpochs: ReadonlySet<number>;
  readonly signal: AbortSignal;
  /** Absent: as long as it takes. */
  readonly budget?: TimeBudget;
  /** Says whether to end now with what was reached: *Stop here and use*. */
  readonly isEnough: () => boolean;
  /** Looks at images with an epoch's weights, in evaluation mode. */
  readonly watch: (weights: NamedTensors, epoch: number, isRanked: boolean) => Promise<Observation>;
  /** After one step, or several that were made at once. */
  readonly onStep: (state: TrainingState, progress: StepProgress) => Promise<void> | void;
  readonly onEpoch: (report: EpochReport) => Promise<void> | void;
}

export interface StepProgress {
  readonly imagesPerSecond: number;
  /** How many more there are likely to be. */
  readonly stepsLeft: number;
}

export interface Observation {
  /** Absent when nothing is held out: then the training loss is watched. */
  readonly validationLoss?: number;
  /** Present when everything was ranked. */
  readonly scoredSeparation?: number;
}

export interface TrainingResult {
  readonly weights: NamedTensors;
  readonly bestEpoch: number;
  /** Places in the list of usable images. */
  readonly leftOut: Uint32Array;
  readonly imagesPerSecond: number;
  /** Whether the minutes ended it. */
  readonly isOutOfTime: boolean;
}

/**
 * Trains until the epochs, the patience or the user's wish are over, and resolves to the weights of the epoch that
 * `keepEpoch` asks for. An abort rejects with the signal's reason between two calls of the trainer, leaving `state` ready to be saved.
 * @throws UserError `training-diverged` when a loss or a weight is not a finite number; `state.kept` is still good then
 */
export async function train(context: TrainingContext, state: TrainingState): Promise<TrainingResult> {
  const { plan, settings } = context;
  const best = new BestEpoch(settings.patience, state.watched);
  const speed = new Speed();
  const atOnce = new StepsAtOnce();
  const pace = new Pace(plan, settings, context.budget);
  for (;;) {
    const epochStart = performance.now();
    const finished = await runEpoch(context, state, { speed, atOnce, pace });
    const isOutOfTime = pace.isOutOfTime(state);
    const isLast = !finished || isOutOfTime || state.epoch >= plan.epochs || context.isEnough();
    const report = describeEpoch(context, state, performance.now() - epochStart, speed.imagesPerSecond);
    const scheduled = schedulePosition(plan, state, state.stepInEpoch - 1).epoch;
    const isPatienceOver = () => isSettled(settings, lengthOf(plan), scheduled) && best.isPatienceOver(state.epoch);
    // Patience may run out between two looks; it ends nothing before this epoch was looked at.
    const mustWatch = isLast || isPatienceOver();
    state.reports.push(await endEpoch(context, state, best, report, { mustWatch, isLast, pace }));
    await context.onEpoch(state.reports.at(-1) ?? report);
    if (isLast || isPatienceOver())
      return { ...(await resultOf(context, state)), isOutOfTime, imagesPerSecond: speed.imagesPerSecond };
    beginNextEpoch(state);
  }
}

async function resultOf(context: TrainingContext, state: TrainingState) {
  return {
    weights: state.kept?.weights ?? (await finiteWeights(context, state)),
    bestEpoch: state.kept?.epoch ?? state.epoch,
    leftOut: context.plan.training.filter((_, place) => state.leftOut[place] === 1),
  };
}

interface EndOfEpoch {
  readonly mustWatch: boolean;
  readonly isLast: boolean;
  readonly pace: Pace;
}

/** Watches the epoch if it is one that is watched; remembers its weights if they are the ones to keep. */
async function endEpoch(
  context: TrainingContext,
  state: TrainingState,
  best: BestEpoch,
  report: EpochReport,
  { mustWatch, isLast, pace }: EndOfEpoch,
): Promise<EpochReport> {
  const { plan, settings } = context;
  const isRanked = isRankedNow(context, state, isLast) && (isLast || pace.affordsRanking(state));
  if (!mustWatch && !isRanked && state.epoch % plan.validateEvery > 0) return report;
  const weights = await finiteWeights(context, state);
  const observation = await context.watch(weights, state.epoch, isRanked);
  const watched = Math.fround(observation.validationLoss ?? report.trainLoss);
  if (!Number.isFinite(watched))
    throw diverged(l10n.t('The validation loss became {0}', watched), state, state.stepInEpoch, settings);
  best.report(state.epoch, watched);
  state.watched = best.best;
  if (settings.schedule === 'plateau') {
    state.plateau = followPlateau(state.plateau, watched, plateauPatience(settings));
  }
  const worth = worthOf(context, watched, report, observation);
  if (worth !== undefined && worth > (state.kept?.worth ?? -Infinity)) {
    state.kept = { epoch: state.epoch, worth, weights };
  }
  return { ...report, ...observation };
}

/** An epoch that the minutes end is ranked as well where epochs are compared by it. */
function isRankedNow({ plan, settings, rankedEpochs, budget }: TrainingContext, state: TrainingState, isLast: boolean) {
  const isWhole = state.stepInEpoch === plan.stepsPerEpoch;
  if (isWhole && rankedEpochs.has(state.epoch)) return true;
  return isLast && budget !== undefined && settings.keepEpoch === 'separation' && rankedEpochs.size > 0;
}

/** What an epoch is kept by; undefined for one that cannot be compared with the others. */
function worthOf(
  { settings, rankedEpochs }: TrainingContext,
  watched: number,
  { separation: ofTraining }: EpochReport,
  { scoredSeparation }: Observation,
): number | undefined {
  if (settings.keepEpoch !== 'separation') return -watched;
  const separated = rankedEpochs.size > 0 ? scoredSeparation : ofTraining;
  return separated !== undefined && Number.isFinite(separated) ? Math.fround(separated) : undefined;
}

/** @throws UserError `training-diverged` */
export async function finiteWeights(
  { trainer, settings }: Pick<TrainingContext, 'trainer' | 'settings'>,
  state: TrainingState,
): Promise<NamedTensors> {
  const weights = await trainer.weights();
  if (!areFinite(weights)) throw diverged(l10n.t('The weights became infinite'), state, state.stepInEpoch, settings);
  return weights;
}

interface Measures {
  readonly speed: Speed;
  readonly atOnce: StepsAtOnce;
  readonly pace: Pace;
}

/** Returns false when it was ended early because it is enough, or the minutes are over. */
async function runEpoch(
  context: TrainingContext,
  state: TrainingState,
  { speed, atOnce, pace }: Measures,
): Promise<boolean> {
  const { plan, settings, trainer, images, signal } = context;
  const order = new BatchOrder(settings.seed, plan);
  const epochStart = (state.epoch - 1) * plan.stepsPerEpoch;
  while (state.stepInEpoch < plan.stepsPerEpoch) {
    signal.throwIfAborted();
    // The first step of an epoch is always made, so that none is reported that saw no image.
    const stepsLeft = pace.stepsLeft(state);
    if (state.stepInEpoch > 0 && (stepsLeft === 0 || context.isEnough())) return false;
    const stride = pace.stride(state);
    const batchOf = batches(context, state, epochStart, stride);
    const started = performance.now();
    const first = state.stepInEpoch;
    const wished = trainer.steps ? Math.min(atOnce.count, Math.max(1, stepsLeft)) : 1;
    const steps = Math.min(wished, images.mostSteps, plan.stepsPerEpoch - first);
    await images.ready(epochStart + first, steps);
    const losses = await runSteps(trainer, steps, (step) => batchOf(first + step));
    const elapsedMs = performance.now() - started;
    atOnce.add(steps, elapsedMs);
    speed.add(steps * plan.batchSize, elapsedMs);
    for (const ofStep of losses) {
      const keep = keptAt(context, schedulePosition(plan, state, state.stepInEpoch, stride));
      recordLosses(context, state, order.places(epochStart + state.stepInEpoch), ofStep, keep);
      state.stepInEpoch++;
      state.ahead += stride - 1;
    }
    pace.add(steps);
    await context.onStep(state, { imagesPerSecond: speed.imagesPerSecond, stepsLeft: pace.stepsLeft(state) });
  }
  return true;
}

/** In one call where the trainer takes several steps in one: the results are the same. */
async function runSteps(
  trainer: Trainer,
  count: number,
  batchOf: (step: number) => TrainingBatch,
): Promise<Float32Array[]> {
  if (trainer.steps && count > 1) return trainer.steps(count, batchOf);
  const { input, target, ...options } = batchOf(0);
  return [await trainer.step(input, target, options)];
}

/** Makes the batches of an epoch's steps, each valid until the next. */
function batches(
  context: TrainingContext,
  state: TrainingState,
  epochStart: number,
  stride: number,
): (stepInEpoch: number) => TrainingBatch {
  const { plan, settings, images } = context;
  const slowed = { ...settings, learningRate: peakRate(settings.learningRate, state) };
  return (stepInEpoch) => {
    const position = schedulePosition(plan, state, stepInEpoch, stride);
    return {
      ...images.take(epochStart + stepInEpoch),
      learningRate: learningRateAt(slowed, lengthOf(plan), position),
      momentum: momentumAt(slowed, lengthOf(plan), position),
      keep: keptAt(context, position),
    };
  };
}

function keptAt({ plan, settings }: TrainingContext, { epoch }: StepPosition): number {
  return epoch < plan.trimFrom ? plan.batchSize : keptPerBatch(plan.batchSize, settings.trimFraction);
}

function recordLosses(
  { settings }: TrainingContext,
  state: TrainingState,
  places: Uint32Array,
  losses: Float32Array,
  keep: number,
): void {
  const wrong = losses.find((loss) => !Number.isFinite(loss));
  if (wrong !== undefined) throw diverged(l10n.t('The loss became {0}', wrong), state, state.stepInEpoch + 1, settings);
  const limit = keep < losses.length ? (Float32Array.from(losses).sort()[keep - 1] ?? Infinity) : Infinity;
  places.forEach((place, row) => {
    const loss = losses[row] ?? NaN;
    state.losses[place] = loss;
    state.leftOut[place] = loss > limit ? 1 : 0;
  });
}

function describeEpoch(
  { plan, settings }: TrainingContext,
  state: TrainingState,
  elapsedMs: number,
  imagesPerSecond: number,
): EpochReport {
  const seen = state.losses.filter((loss) => !Number.isNaN(loss));
  const lastStep = schedulePosition(plan, state, Math.max(0, state.stepInEpoch - 1));
  const slowed = { ...settings, learningRate: peakRate(settings.learningRate, state) };
  return {
    epoch: state.epoch,
    trainLoss: seen.reduce((sum, loss) => sum + loss, 0) / Math.max(1, seen.length),
    separation: separation(seen),
    learningRate: learningRateAt(slowed, lengthOf(plan), lastStep),
    seconds: elapsedMs / 1000,
    imagesPerSecond,
  };
}

function lengthOf({ epochs, stepsPerEpoch }: TrainingPlan): { epochs: number; stepsPerEpoch: number } {
  return { epochs, stepsPerEpoch };
}

/** Images per second over about the last ten seconds of steps. */
class Speed {
  #images = 0;
  #elapsedMs = 0;

  add(images: number, elapsedMs: number): void {
    const memory = this.#elapsedMs > 10_000 ? 0.9 : 1;
    this.#images = this.#images * memory + images;
    this.#elapsedMs = this.#elapsedMs * memory + elapsedMs;
  }

  get imagesPerSecond(): number {
    return this.#elapsedMs > 0 ? (1000 * this.#images) / this.#elapsedMs : 0;
  }
}
