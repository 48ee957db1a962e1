import { describe, expect, it } from 'vitest';
import { StepsAtOnce } from '../../../src/engine/training/steps-at-once';

/** The counts that follow each other when a call takes the border's time and as often a step's. */
function countsFor({ borderMs, stepMs, calls }: { borderMs: number; stepMs: number; calls: number }): number[] {
  const atOnce = new StepsAtOnce();
  return Array.from({ length: calls }, () => {
    const { count } = atOnce;
    atOnce.add(count, borderMs + count * stepMs);
    return count;
  });
}

describe('the steps of a call', () => {
  it('begin with one and become eight where these end within a second', () => {
    expect(countsFor({ borderMs: 5, stepMs: 20, calls: 3 })).toEqual([1, 8, 8]);
  });

  it('grow as longer calls show that the border took most of the first', () => {
    expect(countsFor({ borderMs: 60, stepMs: 118, calls: 4 })).toEqual([1, 5, 7, 7]);
  });

  it('stay one where a step takes longer than a second', () => {
    expect(countsFor({ borderMs: 60, stepMs: 1500, calls: 3 })).toEqual([1, 1, 1]);
  });

  it('become fewer when the machine becomes slow, but not for the short call at the end of an epoch', () => {
    const atOnce = new StepsAtOnce();
    atOnce.add(1, 100);
    expect(atOnce.count).toBe(8);
    atOnce.add(1, 300);
    expect(atOnce.count).toBe(8);
    atOnce.add(8, 4000);
    expect(atOnce.count).toBe(2);
  });
});
