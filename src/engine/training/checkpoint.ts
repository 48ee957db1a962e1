/** A training state as one set of named tensors, so that it is written, renamed and read as a single file. */
import { UserError } from '../../shared/errors';
import type { EpochReport } from '../../shared/run';
import type { NamedTensors, OptimizerState, Tensor } from '../compute/backend';
import type { TrainingState } from './loop';

export interface Checkpoint {
  readonly state: TrainingState;
  readonly weights: NamedTensors;
  readonly optimizerState: OptimizerState;
}

const groups = { weights: 'weights/', first: 'first-moments/', second: 'second-moments/', best: 'best/' } as const;

export function packCheckpoint({ state, weights, optimizerState }: Checkpoint): NamedTensors {
  const tensors = new Map<string, Tensor>();
  const put = (prefix: string, group: NamedTensors) => {
    for (const [name, tensor] of group) tensors.set(prefix + name, tensor);
  };
  tensors.set(
    'position',
    vector([state.epoch, state.stepInEpoch, optimizerState.step, state.best?.epoch ?? 0, state.best?.loss ?? 0]),
  );
  tensors.set('losses', vector(state.losses));
  tensors.set('left-out', vector(state.leftOut));
  put(groups.weights, weights);
  put(groups.first, optimizerState.firstMoments);
  put(groups.second, optimizerState.secondMoments);
  if (state.best) put(groups.best, state.best.weights);
  return tensors;
}

/** @param reports the epochs that run.json knows; those the checkpoint has not finished are dropped
 *  @throws UserError `run-invalid` when the tensors are not a checkpoint */
export function unpackCheckpoint(tensors: NamedTensors, reports: readonly EpochReport[]): Checkpoint {
  const [epoch, stepInEpoch, step, bestEpoch, bestLoss] = dataOf(tensors, 'position');
  if (!epoch || stepInEpoch === undefined || step === undefined || bestEpoch === undefined || bestLoss === undefined) {
    throw damaged();
  }
  const best = { epoch: bestEpoch, loss: bestLoss, weights: groupOf(tensors, groups.best) };
  return {
    state: {
      epoch,
      stepInEpoch,
      losses: Float32Array.from(dataOf(tensors, 'losses')),
      leftOut: Uint8Array.from(dataOf(tensors, 'left-out')),
      reports: reports.filter((report) => report.epoch < epoch),
      ...(bestEpoch > 0 && { best }),
    },
    weights: groupOf(tensors, groups.weights),
    optimizerState: {
      step,
      firstMoments: groupOf(tensors, groups.first),
      secondMoments: groupOf(tensors, groups.second),
    },
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

function vector(values: ArrayLike<number>): Tensor {
  return { shape: [values.length], data: Float32Array.from(values) };
}

function damaged(): UserError {
  return new UserError(
    'run-invalid',
    'The checkpoint is damaged. Delete the folder "checkpoint" of the run and resume.',
  );
}
