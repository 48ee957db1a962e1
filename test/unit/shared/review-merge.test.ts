import { describe, expect, it } from 'vitest';
import { isSameReview, mergeReviews } from '../../../src/shared/review-merge';
import type { Review } from '../../../src/shared/run';

const before: Review = {
  version: 1,
  score: 'anomaly',
  threshold: { method: 'auto' },
  unreadable: 'flag',
  decisions: { a: 'bad', b: 'good' },
};

describe('two who change one review', () => {
  it('each keep what they said, and what they took back stays taken back', () => {
    const mine: Review = { ...before, decisions: { b: 'good', c: 'bad' } };
    const theirs: Review = {
      ...before,
      threshold: { method: 'value', parameter: 4 },
      decisions: { a: 'bad', b: 'bad', d: 'good' },
    };
    const merged: Review = { ...theirs, decisions: { b: 'bad', c: 'bad', d: 'good' } };
    expect(mergeReviews(before, mine, theirs)).toEqual(merged);
    expect(isSameReview(mergeReviews(before, theirs, mine), merged)).toBe(true);
  });

  it('let the one hold who saves last where they changed the same', () => {
    const mine: Review = { ...before, unreadable: 'keep', decisions: { ...before.decisions, a: 'good' } };
    const theirs: Review = { ...before, decisions: { b: 'good' } };
    expect(mergeReviews(before, mine, theirs)).toEqual(mine);
    expect(mergeReviews(before, theirs, mine)).toEqual({ ...mine, decisions: { b: 'good' } });
  });

  it('do not part learning from the score that is learned', () => {
    const mine: Review = { ...before, learn: true, score: 'taught' };
    const theirs: Review = { ...before, score: 'local' };
    expect(mergeReviews(before, mine, theirs)).toEqual(mine);
    expect(mergeReviews(before, { ...before, unreadable: 'keep' }, mine)).toEqual({ ...mine, unreadable: 'keep' });
  });

  it('say the same however it is written down', () => {
    expect(isSameReview(before, { ...before, learn: false, decisions: { b: 'good', a: 'bad' } })).toBe(true);
    for (const other of [
      { ...before, score: 'local' },
      { ...before, learn: true },
      { ...before, decisions: { a: 'bad' } as const },
      { ...before, threshold: { method: 'auto', parameter: 1 } as const },
    ]) {
      expect(isSameReview(before, other)).toBe(false);
    }
  });
});
