import { describe, expect, it } from 'vitest';
import { SpentTime } from '../../../src/engine/training/spent-time';

describe('the minutes that training may take', () => {
  it('go on from what was spent before the stop', () => {
    const spent = new SpentTime();
    spent.goOnFrom(45_000);
    const left = spent.budgetOf(1)?.leftMs() ?? NaN;
    expect(left).toBeLessThanOrEqual(15_000);
    expect(left).toBeGreaterThan(10_000);
  });

  it('are not given back by a state saved before', () => {
    const spent = new SpentTime();
    spent.goOnFrom(45_000);
    spent.goOnFrom(20_000);
    expect(spent.spentMs).toBeGreaterThanOrEqual(45_000);
  });

  it('are without an end unless there is a limit', () => {
    expect(new SpentTime().budgetOf(undefined)).toBeUndefined();
  });
});
