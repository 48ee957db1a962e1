import { describe, expect, it } from 'vitest';
import { areFinite, diverged } from '../../../src/engine/training/divergence';
import { freshState, peakRate, slowedDown, type TrainingState } from '../../../src/engine/training/state';
import type { EpochReport } from '../../../src/shared/run';

const rates = { loss: 'focal', learningRate: 2e-3 };

function tensor(...values: number[]) {
  return { shape: [values.length], data: Float32Array.from(values) };
}

function report(epoch: number): EpochReport {
  return { epoch, trainLoss: 0.5, learningRate: 1e-3, seconds: 1, imagesPerSecond: 100 };
}

/** In the fourth epoch, with the weights of the second kept. */
function stateInFourthEpoch(): TrainingState {
  return {
    ...freshState(3),
    epoch: 4,
    stepInEpoch: 6,
    losses: Float32Array.of(1, 2, 3),
    reports: [report(1), report(2), report(3)],
    watched: { epoch: 2, loss: 0.25 },
    plateau: { drops: 2, best: 0.25, badEpochs: 1 },
    kept: { epoch: 2, worth: -0.25, weights: new Map([['encoder.0.weight', tensor(1)]]) },
  };
}

describe('weights', () => {
  it('are found out by a single value that is not finite', () => {
    const large = tensor(3.4e38, 3.4e38, -1);
    expect(areFinite(new Map([['a', large]]))).toBe(true);
    for (const value of [NaN, Infinity, -Infinity]) {
      expect(
        areFinite(
          new Map([
            ['a', large],
            ['b', tensor(0, value, 0)],
          ]),
        ),
      ).toBe(false);
    }
    expect(areFinite(new Map([['a', tensor(Infinity, -Infinity)]]))).toBe(false);
  });
});

describe('a training that ran away', () => {
  it('says in which step, at which rate, and what to try', () => {
    const { code, message } = diverged('The loss became NaN', stateInFourthEpoch(), 7, rates);
    expect(code).toBe('training-diverged');
    expect(message).toMatch(/NaN in step 7 of epoch 4, at a learning rate of up to 0.002/);
    expect(message).toMatch(/learning rate of 0.0002 or less, or resume the run: it goes on after epoch 2/);
  });

  it('does not blame the rate before the first step was made', () => {
    expect(diverged('The loss became NaN', freshState(3), 1, rates).message).toMatch(/“focal” does not suit/);
  });

  it('goes on behind the kept epoch with a tenth of the rate, which tells again where it fails', () => {
    const slower = slowedDown(stateInFourthEpoch());
    expect(slower).toMatchObject({ epoch: 3, stepInEpoch: 0, watched: { epoch: 2, loss: 0.25 }, kept: { epoch: 2 } });
    expect(slower.reports.map(({ epoch }) => epoch)).toEqual([1, 2]);
    expect([...slower.losses].every(Number.isNaN)).toBe(true);
    expect(slower.plateau.drops).toBe(0);
    expect(peakRate(2e-3, slower)).toBeCloseTo(2e-4, 12);
    expect(diverged('The loss became NaN', slower, 1, rates).message).toMatch(
      /0.00002 or less|0.00002 or|2e-5 or less/,
    );
  });

  it('begins anew when nothing was kept yet', () => {
    const { epoch, reports, slowdowns } = slowedDown({
      ...freshState(3),
      epoch: 2,
      stepInEpoch: 5,
      reports: [report(1)],
    });
    expect({ epoch, reports, slowdowns }).toEqual({ epoch: 1, reports: [], slowdowns: 1 });
  });
});
