/** What is said when training runs away: at which step, and what to try instead. */
import * as l10n from '@vscode/l10n';
import { UserError } from '../../shared/errors';
import type { NamedTensors } from '../compute/backend';
import { peakRate, type TrainingState } from './state';

interface Rates {
  readonly loss: string;
  readonly learningRate: number;
}

/**
 * @param what the beginning of the sentence, such as “The loss became NaN”
 * @param step of the epoch in progress, from 1
 */
export function diverged(what: string, state: TrainingState, step: number, { loss, learningRate }: Rates): UserError {
  if (state.epoch === 1 && state.stepInEpoch === 0 && state.slowdowns === 0) {
    return new UserError(
      'training-diverged',
      l10n.t(
        '{0} in the very first step, before anything was learned: the loss “{1}” does not suit this network or these images. Choose another loss, such as mse.',
        what,
        loss,
      ),
    );
  }
  const rate = peakRate(learningRate, state);
  const lower = readable(rate / 10);
  return new UserError(
    'training-diverged',
    state.kept
      ? l10n.t(
          '{0} in step {1} of epoch {2}, at a learning rate of up to {3}: its steps are too large. Scan again with a learning rate of {4} or less, or resume the run: it goes on after epoch {5}, whose weights are kept, with {4}.',
          what,
          step,
          state.epoch,
          readable(rate),
          lower,
          state.kept.epoch,
        )
      : l10n.t(
          '{0} in step {1} of epoch {2}, at a learning rate of up to {3}: its steps are too large. Scan again with a learning rate of {4} or less, or resume the run: it goes on from the beginning with {4}.',
          what,
          step,
          state.epoch,
          readable(rate),
          lower,
        ),
  );
}

/** Whether every weight and running statistic is a number; overflow makes infinity first. */
export function areFinite(weights: NamedTensors): boolean {
  for (const { data } of weights.values()) {
    // A sum of finite float32 numbers is finite in float64; one that is not spoils it.
    let sum = 0;
    for (const value of data) sum += value;
    if (!Number.isFinite(sum)) return false;
  }
  return true;
}

function readable(rate: number): string {
  return String(Number(rate.toPrecision(2)));
}
