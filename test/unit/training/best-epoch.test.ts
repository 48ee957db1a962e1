import { describe, expect, it } from 'vitest';
import { BestEpoch } from '../../../src/engine/training/best-epoch';

describe('the best epoch', () => {
  it('is the one with the lowest loss, the earlier of two equal ones', () => {
    const best = new BestEpoch(2);
    expect([3, 2, 2, 5].map((loss, place) => best.report(place + 1, loss))).toEqual([true, true, false, false]);
    expect(best.best).toEqual({ epoch: 2, loss: 2 });
  });

  it('runs out of patience when nothing better came for that many epochs', () => {
    const best = new BestEpoch(2);
    best.report(1, 1);
    expect(best.isPatienceOver(2)).toBe(false);
    expect(best.isPatienceOver(3)).toBe(true);
  });

  it('is never an epoch whose loss is not a number', () => {
    const best = new BestEpoch(1);
    expect(best.report(1, NaN)).toBe(false);
    expect(best.isPatienceOver(5)).toBe(false);
  });

  it('goes on from an earlier one', () => {
    const best = new BestEpoch(2, { epoch: 4, loss: 0.5 });
    expect(best.report(5, 0.6)).toBe(false);
    expect(best.isPatienceOver(6)).toBe(true);
  });
});
