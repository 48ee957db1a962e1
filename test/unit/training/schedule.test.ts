import { describe, expect, it } from 'vitest';
import { followPlateau, freshPlateau } from '../../../src/engine/training/plateau';
import {
  isSettled,
  learningRateAt,
  momentumAt,
  type ScheduleSettings,
  type StepPosition,
} from '../../../src/engine/training/schedule';

const length = { epochs: 10, stepsPerEpoch: 10 };

function settings(more: Partial<ScheduleSettings> = {}): ScheduleSettings {
  return { schedule: 'one-cycle', learningRate: 0.01, optimizer: 'adamw', ...more };
}

function at(step: number, drops = 0): StepPosition {
  return { epoch: Math.floor(step / 10) + 1, stepInEpoch: step % 10, drops };
}

/** The rates of the epochs' first steps. */
function ratesByEpoch(epochs: number, more: Partial<ScheduleSettings>): number[] {
  return Array.from({ length: epochs }, (_, place) =>
    learningRateAt(settings(more), { epochs, stepsPerEpoch: 4 }, { epoch: place + 1, stepInEpoch: 0, drops: 0 }),
  );
}

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  for (const [place, rate] of expected.entries()) expect(actual[place], `epoch ${place + 1}`).toBeCloseTo(rate, 10);
}

describe('the one-cycle schedule', () => {
  // torch.optim.lr_scheduler.OneCycleLR(opt, 2e-3, total_steps=100, pct_start=0.15), read with get_last_lr()
  it.each([
    [0, 8.0e-5],
    [7, 1.04e-3],
    [14, 2.0e-3],
    [50, 1.2379382433e-3],
    [99, 8.0e-9],
  ])('has PyTorch’s rate at step %i', (step, rate) => {
    expect(learningRateAt(settings({ learningRate: 2e-3 }), length, at(step))).toBeCloseTo(rate, 9);
  });

  it('falls without a break after the peak', () => {
    const rates = Array.from({ length: 86 }, (_, step) => learningRateAt(settings(), length, at(step + 14)));
    for (const [place, rate] of rates.slice(1).entries()) expect(rate).toBeLessThan(rates[place] ?? 0);
  });

  it('stays finite with a single step', () => {
    expect(learningRateAt(settings(), { epochs: 1, stepsPerEpoch: 1 }, at(0))).toBeGreaterThan(0);
  });

  it('moves Adam’s momentum against its rate, and leaves that of the others alone', () => {
    // param_groups[0]['betas'][0] of the same scheduler
    const momenta = [0, 7, 14, 99].map((step) => momentumAt(settings(), length, at(step)));
    for (const [place, momentum] of [0.95, 0.9, 0.85, 0.95].entries()) expect(momenta[place]).toBeCloseTo(momentum, 9);
    expect(momentumAt(settings({ optimizer: 'sgd', momentum: 0.8 }), length, at(14))).toBe(0.8);
    expect(momentumAt(settings({ optimizer: 'rmsprop' }), length, at(14))).toBe(0);
  });

  it('counts patience only once its rate has fallen to a tenth', () => {
    const settled = Array.from({ length: 10 }, (_, place) => isSettled(settings(), length, place + 1));
    expect(settled).toEqual([false, false, false, false, false, false, false, false, true, true]);
  });
});

describe('a schedule by epochs', () => {
  // Each list: param_groups[0]['lr'] before every epoch's steps, lr 0.01.
  it('multiplies by its factor each epoch as PyTorch’s ExponentialLR', () => {
    expectClose(
      ratesByEpoch(5, { schedule: 'exponential', scheduleFactor: 0.9 }),
      [0.01, 9e-3, 8.1e-3, 7.29e-3, 6.561e-3],
    );
  });

  it('drops every so many epochs as PyTorch’s StepLR', () => {
    expectClose(
      ratesByEpoch(8, { schedule: 'step', scheduleFactor: 0.5, scheduleEvery: 3 }),
      [0.01, 0.01, 0.01, 5e-3, 5e-3, 5e-3, 2.5e-3, 2.5e-3],
    );
  });

  it('falls along a cosine as PyTorch’s CosineAnnealingLR', () => {
    expectClose(
      ratesByEpoch(6, { schedule: 'cosine' }),
      [0.01, 0.009330127018922194, 7.5e-3, 5e-3, 2.5e-3, 0.0006698729810778065],
    );
  });

  it('drops on a plateau as PyTorch’s ReduceLROnPlateau with a patience of 2', () => {
    const losses = [1, 0.5, 0.5, 0.49999, 0.6, 0.4, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.1];
    let state = freshPlateau;
    const rates = losses.map((loss, place) => {
      const position = { epoch: place + 1, stepInEpoch: 0, drops: state.drops };
      state = followPlateau(state, loss, 2);
      return learningRateAt(settings({ schedule: 'plateau' }), { epochs: 13, stepsPerEpoch: 4 }, position);
    });
    expectClose(rates, [0.01, 0.01, 0.01, 0.01, 0.01, 1e-3, 1e-3, 1e-3, 1e-3, 1e-4, 1e-4, 1e-4, 1e-5]);
  });

  it('uses what PyTorch’s users usually write when nothing is given', () => {
    expect(ratesByEpoch(2, { schedule: 'exponential' })[1]).toBeCloseTo(9.5e-3, 10);
    expect(ratesByEpoch(11, { schedule: 'step' }).slice(9)).toEqual([0.01, 1e-3]);
  });

  it('is constant when it is called so, and lets patience count at once', () => {
    expect(new Set(ratesByEpoch(9, { schedule: 'constant' }))).toEqual(new Set([0.01]));
    expect(isSettled(settings({ schedule: 'constant' }), length, 1)).toBe(true);
    expect(momentumAt(settings({ schedule: 'constant' }), length, at(5))).toBe(0.9);
    expect(momentumAt(settings({ schedule: 'constant', optimizer: 'sgd' }), length, at(5))).toBe(0.9);
  });
});

describe('a warm-up', () => {
  it('climbs with every step to the rate where the schedule begins', () => {
    const warm = settings({ schedule: 'constant', warmUpEpochs: 0.5 });
    const rates = Array.from({ length: 7 }, (_, step) => learningRateAt(warm, length, at(step)));
    expectClose(rates, [2e-3, 4e-3, 6e-3, 8e-3, 0.01, 0.01, 0.01]);
  });

  it('lets the schedule begin after it, with the epochs that are left', () => {
    expectClose(
      ratesByEpoch(8, { schedule: 'cosine', warmUpEpochs: 2 }).slice(2),
      [0.01, 0.009330127018922194, 7.5e-3, 5e-3, 2.5e-3, 0.0006698729810778065],
    );
    expect(ratesByEpoch(4, { schedule: 'exponential', scheduleFactor: 0.5, warmUpEpochs: 1 })[2]).toBeCloseTo(5e-3, 10);
  });

  it('keeps patience from counting', () => {
    const warm = settings({ schedule: 'constant', warmUpEpochs: 3 });
    expect([3, 4].map((epoch) => isSettled(warm, length, epoch))).toEqual([false, true]);
  });

  it('may be longer than the training', () => {
    const rate = learningRateAt(settings({ schedule: 'cosine', warmUpEpochs: 50 }), length, at(99));
    expect(rate).toBeCloseTo(2e-3, 10);
  });

  it('is not added to that of a one-cycle', () => {
    expect(learningRateAt(settings({ warmUpEpochs: 5 }), length, at(14))).toBeCloseTo(0.01, 10);
  });
});
