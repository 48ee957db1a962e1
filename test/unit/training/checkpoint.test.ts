import { describe, expect, it } from 'vitest';
import type { NamedTensors } from '../../../src/engine/compute/backend';
import { packCheckpoint, unpackCheckpoint, type Checkpoint } from '../../../src/engine/training/checkpoint';
import { freshState } from '../../../src/engine/training/state';
import type { EpochReport } from '../../../src/shared/run';

function tensors(...values: number[]): NamedTensors {
  return new Map([['encoder.0.weight', { shape: [values.length], data: Float32Array.from(values) }]]);
}

function report(epoch: number): EpochReport {
  return { epoch, trainLoss: 0.5, learningRate: 1e-3, seconds: 1, imagesPerSecond: 100 };
}

const checkpoint: Checkpoint = {
  state: {
    epoch: 3,
    stepInEpoch: 2,
    losses: Float32Array.of(0.25, NaN, 0.5),
    leftOut: Uint8Array.of(0, 1, 0),
    reports: [report(1), report(2)],
    watched: { epoch: 2, loss: 0.125 },
    plateau: { drops: 1, best: 0.125, badEpochs: 4 },
    slowdowns: 1,
    ahead: 12.5,
    spentMs: 30_500,
    kept: { epoch: 2, worth: -0.125, weights: tensors(7, 8) },
  },
  weights: tensors(1, 2),
  optimizerState: { step: 20, firstMoments: tensors(3, 4), secondMoments: tensors(5, 6) },
};

describe('a checkpoint', () => {
  it('comes back as it was packed', () => {
    expect(unpackCheckpoint(packCheckpoint(checkpoint), [report(1), report(2)])).toEqual(checkpoint);
  });

  it('forgets reports of epochs it has not finished', () => {
    const { state } = unpackCheckpoint(packCheckpoint(checkpoint), [report(1), report(2), report(3)]);
    expect(state.reports.map(({ epoch }) => epoch)).toEqual([1, 2]);
  });

  it('has no kept weights before the first watched epoch, and no moments before the first step', () => {
    const young: Checkpoint = { state: freshState(3), weights: tensors(1, 2) };
    expect(unpackCheckpoint(packCheckpoint(young), [])).toEqual(young);
  });

  it('says what to do when it is damaged', () => {
    const cut = new Map(packCheckpoint(checkpoint)).set('watched', { shape: [1], data: Float32Array.of(1) });
    expect(() => unpackCheckpoint(cut, [])).toThrow(/damaged/);
    expect(() => unpackCheckpoint(new Map(), [])).toThrow(/checkpoint is damaged.*resume/);
  });
});
