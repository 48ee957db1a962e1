/** Where training stands, between two steps. */
import type { EpochReport } from '../../shared/run';
import type { NamedTensors } from '../compute/backend';
import type { WatchedEpoch } from './best-epoch';
import { freshPlateau, type PlateauState } from './plateau';

/** The weights that are used if training ends now. */
export interface KeptEpoch {
  readonly epoch: number;
  /** What they were chosen by, higher being better: the separation, or minus the watched loss. */
  readonly worth: number;
  readonly weights: NamedTensors;
}

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
  /** The lowest watched loss: what patience counts from. */
  watched: WatchedEpoch;
  plateau: PlateauState;
  /** Steps by which the schedule is ahead of those made, since the minutes do not hold all of them; else 0. */
  ahead: number;
  /** What was spent of the minutes, by all attempts. */
  spentMs: number;
  /** How often training diverged and went on with a tenth of the rate. */
  slowdowns: number;
  kept?: KeptEpoch;
}

/** @param trainingImages how many images the gradient is made of */
export function freshState(trainingImages: number): TrainingState {
  return {
    epoch: 1,
    stepInEpoch: 0,
    losses: new Float32Array(trainingImages).fill(NaN),
    leftOut: new Uint8Array(trainingImages),
    reports: [],
    watched: { epoch: 0, loss: Infinity },
    plateau: freshPlateau,
    ahead: 0,
    spentMs: 0,
    slowdowns: 0,
  };
}

export function beginNextEpoch(state: TrainingState): void {
  state.epoch++;
  state.stepInEpoch = 0;
  state.losses.fill(NaN);
  state.leftOut.fill(0);
}

const slowdown = 0.1;

/** The rate that the schedule is made of, after all slowdowns. */
export function peakRate(learningRate: number, { slowdowns }: TrainingState): number {
  return slowdowns === 0 ? learningRate : learningRate * slowdown ** slowdowns;
}

/**
 * The state to resume after training diverged: behind the kept epoch, or at the very beginning when there is none, with
 * a tenth of the rate.
 */
export function slowedDown(state: TrainingState): TrainingState {
  const { kept, watched, reports, spentMs } = state;
  const begun: TrainingState = { ...freshState(state.losses.length), spentMs, slowdowns: state.slowdowns + 1 };
  if (!kept) return begun;
  return {
    ...begun,
    epoch: kept.epoch + 1,
    ahead: Math.fround((state.ahead * kept.epoch) / state.epoch),
    reports: reports.filter(({ epoch }) => epoch <= kept.epoch),
    watched: watched.epoch <= kept.epoch ? watched : { epoch: kept.epoch, loss: Infinity },
    kept,
  };
}
