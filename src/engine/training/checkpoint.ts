/** A training state as one set of named tensors, so that it is written, renamed and read as a single file. */
import * as l10n from '@vscode/l10n';
import { UserError } from '../../shared/errors';
import type { EpochReport } from '../../shared/run';
import type { NamedTensors, OptimizerState, Tensor } from '../compute/backend';
import { freshState, type TrainingState } from './state';

export interface Checkpoint {
  readonly state: TrainingState;
  readonly weights: NamedTensors;
  /** Absent: an optimizer that has made no step yet. */
  readonly optimizerState?: OptimizerState;
}

const groups = { weights: 'weights/', first: 'first-moments/', second: 'second-moments/', kept: 'kept/' } as const;

export function packCheckpoint({ state, weights, optimizerState }: Checkpoint): NamedTensors {
  const { watched, plateau, kept } = state;
  const tensors = new Map<string, Tensor>();
  const put = (prefix: string, group: NamedTensors) => {
    for (const [name, tensor] of group) tensors.set(prefix + name, tensor);
  };
  tensors.set('position', vector([state.epoch, state.stepInEpoch, optimizerState?.step ?? 0, state.slowdowns]));
  tensors.set('watched', vector([watched.epoch, watched.loss, plateau.drops, plateau.best, plateau.badEpochs]));
  tensors.set('pace', vector([state.ahead, state.spentMs]));
  tensors.set('losses', vector(state.losses));
  tensors.set('left-out', vector(state.leftOut));
  put(groups.weights, weights);
  if (optimizerState) {
    put(groups.first, optimizerState.firstMoments);
    put(groups.second, optimizerState.secondMoments);
  }
  if (kept) {
    tensors.set('kept', vector([kept.epoch, kept.worth]));
    put(groups.kept, kept.weights);
  }
  return tensors;
}

/** @param reports the epochs that run.json knows; those the checkpoint has not finished are dropped
 *  @throws UserError `run-invalid` when the tensors are not a checkpoint */
export function unpackCheckpoint(tensors: NamedTensors, reports: readonly EpochReport[]): Checkpoint {
  const [epoch, stepInEpoch, step, slowdowns] = numbersOf(tensors, 'position', 4);
  const [watchedEpoch, watchedLoss, drops, plateauBest, badEpochs] = numbersOf(tensors, 'watched', 5);
  // Checkpoints of earlier versions had none, and ran ahead of nothing.
  const [ahead, spentMs] = tensors.has('pace') ? numbersOf(tensors, 'pace', 2) : [0, 0];
  const losses = Float32Array.from(dataOf(tensors, 'losses'));
  const kept = tensors.has('kept') ? numbersOf(tensors, 'kept', 2) : undefined;
  return {
    state: {
      ...freshState(losses.length),
      epoch,
      stepInEpoch,
      slowdowns,
      ahead,
      spentMs,
      losses,
      leftOut: Uint8Array.from(dataOf(tensors, 'left-out')),
      reports: reports.filter((report) => report.epoch < epoch),
      watched: { epoch: watchedEpoch, loss: watchedLoss },
      plateau: { drops, best: plateauBest, badEpochs },
      ...(kept && { kept: { epoch: kept[0], worth: kept[1], weights: groupOf(tensors, groups.kept) } }),
    },
    weights: groupOf(tensors, groups.weights),
    ...(step > 0 && {
      optimizerState: {
        step,
        firstMoments: groupOf(tensors, groups.first),
        secondMoments: groupOf(tensors, groups.second),
      },
    }),
  };
}

function groupOf(tensors: NamedTensors, prefix: string): NamedTensors {
  return new Map(
    [...tensors]
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, tensor]) => [name.slice(prefix.length), tensor]),
  );
}

function dataOf(tensors: NamedTensors, name: string): Float32Array {
  const tensor = tensors.get(name);
  if (!tensor) throw damaged();
  return tensor.data;
}

function numbersOf(tensors: NamedTensors, name: string, count: 2): [number, number];
function numbersOf(tensors: NamedTensors, name: string, count: 4): [number, number, number, number];
function numbersOf(tensors: NamedTensors, name: string, count: 5): [number, number, number, number, number];
function numbersOf(tensors: NamedTensors, name: string, count: number): number[] {
  const numbers = [...dataOf(tensors, name)];
  if (numbers.length !== count) throw damaged();
  return numbers;
}

function vector(values: ArrayLike<number>): Tensor {
  return { shape: [values.length], data: Float32Array.from(values) };
}

function damaged(): UserError {
  return new UserError(
    'run-invalid',
    l10n.t(
      'The checkpoint is damaged. Delete the file "model/checkpoint.tensors" of the run and resume: training begins anew.',
    ),
  );
}
