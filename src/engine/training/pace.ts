/** How a training keeps to the minutes it was given: a schedule that has an end goes through its rates faster. */
import type { ScanSettings } from '../../shared/settings';
import { lookShare, type TrainingPlan } from './plan';
import { endsWithTraining, type StepPosition } from './schedule';
import type { TrainingState } from './state';

/** What is left of the minutes. */
export interface TimeBudget {
  leftMs(): number;
}

/** About so much of the past tells how long a step takes. */
const rememberedMs = 10_000;

/**
 * Says which rates the next steps get. Without a budget, or where the budget suffices, the schedule advances by one step
 * with each. Where it does not, by more: what is left of the schedule is shared out, before every call of the trainer,
 * among the steps that the rest of the time holds. Schedules that have no end of their own are cut off instead.
 */
export class Pace {
  #calls = 0;
  #steps = 0;
  #elapsedMs = 0;
  #leftMs: number;

  constructor(
    private readonly plan: TrainingPlan,
    private readonly settings: ScanSettings,
    private readonly budget?: TimeBudget,
  ) {
    this.#leftMs = budget?.leftMs() ?? Infinity;
  }

  /** After one call of the trainer. Whatever else took time since the one before counts as the steps' own. */
  add(steps: number): void {
    if (!this.budget) return;
    const leftMs = this.budget.leftMs();
    const elapsedMs = this.#leftMs - leftMs;
    this.#leftMs = leftMs;
    // The first call also makes things ready.
    if (++this.#calls === 1) return;
    const memory = this.#elapsedMs > rememberedMs ? 0.9 : 1;
    this.#steps = this.#steps * memory + steps;
    this.#elapsedMs = this.#elapsedMs * memory + elapsedMs;
  }

  /** How many more steps there will be: those planned, or as many as the time holds beside a last look. */
  stepsLeft(state: TrainingState): number {
    const planned = this.plan.epochs * this.plan.stepsPerEpoch - this.#stepsMade(state);
    if (!this.budget) return planned;
    const leftMs = this.budget.leftMs();
    if (leftMs <= 0) return 0;
    if (this.#elapsedMs <= 0) return planned;
    const affordable = (leftMs * this.#steps) / this.#elapsedMs - this.#stepsOfLooking(this.plan.validation.length);
    return Math.max(0, Math.min(planned, Math.floor(affordable)));
  }

  /** Whether the time is over and steps that were planned are not made. */
  isOutOfTime(state: TrainingState): boolean {
    const isDone = this.#stepsMade(state) === this.plan.epochs * this.plan.stepsPerEpoch;
    return !isDone && this.stepsLeft(state) === 0;
  }

  /** Whether all images can be ranked without taking a large part of the time that is left. */
  affordsRanking(state: TrainingState): boolean {
    if (!this.budget || this.settings.keepEpoch === 'separation') return true;
    const images = this.plan.training.length + this.plan.validation.length;
    return this.#stepsOfLooking(images) <= this.stepsLeft(state) / 4;
  }

  /** By how many of its steps the schedule advances with each of the next. */
  stride(state: TrainingState): number {
    if (!endsWithTraining(this.settings)) return 1;
    const left = this.plan.epochs * this.plan.stepsPerEpoch - this.#stepsMade(state) - state.ahead;
    return Math.max(0, left) / Math.max(1, this.stepsLeft(state));
  }

  #stepsMade({ epoch, stepInEpoch }: TrainingState): number {
    return (epoch - 1) * this.plan.stepsPerEpoch + stepInEpoch;
  }

  #stepsOfLooking(images: number): number {
    return (lookShare * images) / this.plan.batchSize;
  }
}

/**
 * Where the schedule stands at a step of the epoch in progress, which may be epochs ahead of the training.
 * @param stride by which it advances from the next step on
 */
export function schedulePosition(
  { stepsPerEpoch, epochs }: TrainingPlan,
  { epoch, stepInEpoch: next, ahead, plateau }: TrainingState,
  stepInEpoch: number,
  stride = 1,
): StepPosition {
  const made = (epoch - 1) * stepsPerEpoch + stepInEpoch;
  const step = made + ahead + Math.max(0, stepInEpoch - next) * (stride - 1);
  const reached = Math.min(epochs, Math.floor(step / stepsPerEpoch) + 1);
  return { epoch: reached, stepInEpoch: step - (reached - 1) * stepsPerEpoch, drops: plateau.drops };
}
