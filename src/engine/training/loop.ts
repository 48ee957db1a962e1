/** The training loop: one trainer, one plan, one state that can be saved and taken up again between any two steps. */
import { UserError } from '../../shared/errors';
import type { EpochReport } from '../../shared/run';
import type { ScanSettings } from '../../shared/settings';
import type { NamedTensors, Trainer } from '../compute/backend';
import type { TensorCache } from '../dataset/dataset';
import { BestEpoch } from './best-epoch';
import { keptPerBatch, type TrainingPlan } from './plan';
import { permutation, randomStream } from '../../shared/random';
import { isSettled, learningRateAt, momentumAt } from './schedule';
import { separation } from './separation';

/** Where training stands, between two steps. */
export interface TrainingState {
  /** The epoch in progress, from 1. */
  epoch: number;
  /** Steps of it that are done. */
  stepInEpoch: number;
  /** [images of the training part]: loss in this epoch before the step that used it; NaN where not yet seen. */
  losses: Float32Array;
  /** 1 where the image was among the worst of its batch in this epoch. */
  leftOut: Uint8Array;
  reports: EpochReport[];
  best?: { epoch: number; loss: number; weights: NamedTensors };
}

export interface TrainingContext {
  readonly trainer: Trainer;
  readonly plan: TrainingPlan;
  /** Only readable images. */
  readonly images: TensorCache;
  readonly settings: ScanSettings;
  readonly signal: AbortSignal;
  /** Says whether to end now with what was reached: *Stop here and use*, or the minutes are over. */
  readonly isEnough: () => boolean;
  /** The loss over the validation part with these weights, in evaluation mode. */
  readonly validate: (weights: NamedTensors) => Promise<number>;
  readonly onStep: (state: TrainingState, imagesPerSecond: number) => Promise<void> | void;
  readonly onEpoch: (report: EpochReport) => Promise<void> | void;
}

export interface TrainingResult {
  readonly weights: NamedTensors;
  readonly bestEpoch: number;
  /** Places in the list of usable images. */
  readonly leftOut: Uint32Array;
  readonly imagesPerSecond: number;
}

export function newTrainingState(plan: TrainingPlan): TrainingState {
  return {
    epoch: 1,
    stepInEpoch: 0,
    losses: new Float32Array(plan.training.length).fill(NaN),
    leftOut: new Uint8Array(plan.training.length),
    reports: [],
  };
}

/**
 * Trains until the epochs, the patience or the user's wish are over, and resolves to the best weights. An abort rejects
 * with the signal's reason between two steps, leaving `state` ready to be saved.
 * @throws UserError `training-diverged` when a loss is not a number
 */
export async function train(context: TrainingContext, state: TrainingState): Promise<TrainingResult> {
  const { plan, settings, trainer } = context;
  const best = new BestEpoch(settings.patience, state.best);
  const speed = new Speed();
  let leftOut = listLeftOut(plan, state);
  while (state.epoch <= plan.epochs) {
    const epochStart = performance.now();
    const finished = await runEpoch(context, state, speed);
    leftOut = listLeftOut(plan, state);
    const report = describeEpoch(context, state, performance.now() - epochStart, speed.imagesPerSecond);
    const isLast = state.epoch === plan.epochs || !finished;
    if (isLast || state.epoch % plan.validateEvery === 0) {
      const weights = await trainer.weights();
      const watched = plan.validation.length > 0 ? await context.validate(weights) : report.trainLoss;
      if (best.report(state.epoch, Math.fround(watched))) {
        state.best = { epoch: state.epoch, loss: Math.fround(watched), weights };
      }
      state.reports.push(plan.validation.length > 0 ? { ...report, validationLoss: watched } : report);
    } else {
      state.reports.push(report);
    }
    await context.onEpoch(state.reports.at(-1) ?? report);
    const settled = isSettled(settings.schedule, settings.learningRate, report.learningRate);
    if (!finished || (settled && best.isPatienceOver(state.epoch))) break;
    beginNextEpoch(state);
  }
  return {
    weights: state.best?.weights ?? (await trainer.weights()),
    bestEpoch: best.epoch,
    leftOut,
    imagesPerSecond: speed.imagesPerSecond,
  };
}

/** Returns false when it was ended early because it is enough. */
async function runEpoch(context: TrainingContext, state: TrainingState, speed: Speed): Promise<boolean> {
  const { plan, settings, trainer, images, signal } = context;
  const order = permutation(plan.training.length, randomStream(settings.seed, `epoch ${state.epoch}`));
  const totalSteps = plan.epochs * plan.stepsPerEpoch;
  const keep = state.epoch < plan.trimFrom ? plan.batchSize : keptPerBatch(plan.batchSize, settings.trimFraction);
  const input = new Float32Array(plan.batchSize * images.valuesPerImage);
  while (state.stepInEpoch < plan.stepsPerEpoch) {
    signal.throwIfAborted();
    if (context.isEnough() && (state.stepInEpoch > 0 || state.epoch > 1)) return false;
    const places = order.subarray(state.stepInEpoch * plan.batchSize, (state.stepInEpoch + 1) * plan.batchSize);
    images.read(
      places.map((place) => plan.training[place] ?? 0),
      input,
    );
    const globalStep = (state.epoch - 1) * plan.stepsPerEpoch + state.stepInEpoch;
    const learningRate = learningRateAt(settings.schedule, settings.learningRate, globalStep, totalSteps);
    const momentum = momentumAt(settings.schedule, globalStep, totalSteps);
    const started = performance.now();
    const losses = await trainer.step(input, input, { learningRate, momentum, keep });
    speed.add(places.length, performance.now() - started);
    recordLosses(state, places, losses, keep, globalStep);
    state.stepInEpoch++;
    await context.onStep(state, speed.imagesPerSecond);
  }
  return true;
}

function recordLosses(
  state: TrainingState,
  places: Uint32Array,
  losses: Float32Array,
  keep: number,
  globalStep: number,
): void {
  const limit = keep < losses.length ? (Float32Array.from(losses).sort()[keep - 1] ?? Infinity) : Infinity;
  places.forEach((place, row) => {
    const loss = losses[row] ?? NaN;
    if (!Number.isFinite(loss)) {
      throw new UserError(
        'training-diverged',
        `The loss became ${loss} in step ${globalStep + 1} of training. Try a lower learning rate.`,
      );
    }
    state.losses[place] = loss;
    state.leftOut[place] = loss > limit ? 1 : 0;
  });
}

function describeEpoch(
  context: TrainingContext,
  state: TrainingState,
  elapsedMs: number,
  imagesPerSecond: number,
): EpochReport {
  const seen = state.losses.filter((loss) => !Number.isNaN(loss));
  const { plan, settings } = context;
  const lastStep = (state.epoch - 1) * plan.stepsPerEpoch + Math.max(0, state.stepInEpoch - 1);
  return {
    epoch: state.epoch,
    trainLoss: seen.reduce((sum, loss) => sum + loss, 0) / Math.max(1, seen.length),
    separation: separation(seen),
    learningRate: learningRateAt(settings.schedule, settings.learningRate, lastStep, plan.epochs * plan.stepsPerEpoch),
    seconds: elapsedMs / 1000,
    imagesPerSecond,
  };
}

function beginNextEpoch(state: TrainingState): void {
  state.epoch++;
  state.stepInEpoch = 0;
  state.losses.fill(NaN);
  state.leftOut.fill(0);
}

function listLeftOut(plan: TrainingPlan, state: TrainingState): Uint32Array {
  return plan.training.filter((_, place) => state.leftOut[place] === 1);
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
