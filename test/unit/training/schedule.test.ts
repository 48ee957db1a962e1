import { describe, expect, it } from 'vitest';
import { learningRateAt, momentumAt } from '../../../src/engine/training/schedule';

describe('the one-cycle schedule', () => {
  // torch.optim.lr_scheduler.OneCycleLR(opt, 2e-3, total_steps=100, pct_start=0.15), read with get_last_lr()
  it.each([
    [0, 8.0e-5],
    [7, 1.04e-3],
    [14, 2.0e-3],
    [50, 1.2379382433e-3],
    [99, 8.0e-9],
  ])('has PyTorch’s rate at step %i', (step, rate) => {
    expect(learningRateAt('one-cycle', 2e-3, step, 100)).toBeCloseTo(rate, 9);
  });

  it('falls without a break after the peak', () => {
    const rates = Array.from({ length: 86 }, (_, step) => learningRateAt('one-cycle', 1, step + 14, 100));
    for (const [place, rate] of rates.slice(1).entries()) expect(rate).toBeLessThan(rates[place] ?? 0);
  });

  it('stays finite with a single step', () => {
    expect(learningRateAt('one-cycle', 1, 0, 1)).toBeGreaterThan(0);
  });
});

it('the momentum of a one-cycle goes against its rate', () => {
  // param_groups[0]['betas'][0] of the same scheduler
  const momenta = [0, 7, 14, 99].map((step) => momentumAt('one-cycle', step, 100));
  for (const [place, momentum] of [0.95, 0.9, 0.85, 0.95].entries()) expect(momenta[place]).toBeCloseTo(momentum, 9);
});

it('the constant schedule is constant', () => {
  expect(momentumAt('constant', 5, 100)).toBe(0.9);
  expect([0, 50, 99].map((step) => learningRateAt('constant', 0.01, step, 100))).toEqual([0.01, 0.01, 0.01]);
});
