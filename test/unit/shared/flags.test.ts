import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/shared/errors';
import { countFlagged, decisionOn, flagImages } from '../../../src/shared/flags';
import { columnInForce, judge } from '../../../src/shared/judgement';
import type { Review } from '../../../src/shared/run';

const review: Review = {
  version: 1,
  score: 'auto',
  threshold: { method: 'value', parameter: 5 },
  unreadable: 'flag',
  decisions: {},
};

describe('flags', () => {
  const input = {
    scores: Float32Array.of(1, 9, 9, NaN, 1),
    threshold: 5,
    hashes: ['a', 'b', 'c', '', 'e'],
    unreadable: 'flag',
    decisions: { c: 'good', e: 'bad' },
  } as const;

  it('let a person outrank the threshold', () => {
    expect([...flagImages(input)]).toEqual([0, 1, 0, 1, 1]);
  });

  it('keep unreadable images unflagged when the user chose so', () => {
    expect([...flagImages({ ...input, unreadable: 'keep' })]).toEqual([0, 1, 0, 0, 1]);
  });

  it('give identical files one decision', () => {
    const flags = flagImages({ ...input, hashes: ['a', 'c', 'c', 'c', 'e'] });
    expect([...flags]).toEqual([0, 0, 0, 0, 1]);
  });

  it('take no decision for a file without content', () => {
    expect(decisionOn('', { '': 'bad' })).toBeUndefined();
  });

  it('are counted', () => {
    expect(countFlagged(flagImages(input))).toBe(3);
  });
});

describe('the judgement on a run', () => {
  const snapshot = {
    scores: { anomaly: Float32Array.of(1, 7, 3), pca: Float32Array.of(8, 0, 0) },
    hashes: ['a', 'b', 'c'],
    review,
  };

  it('goes by the composite unless another score is chosen', () => {
    expect(judge(snapshot)).toMatchObject({ score: 'anomaly', flagged: 1, threshold: { value: 5, method: 'value' } });
    const byPca = judge({ ...snapshot, review: { ...review, score: 'pca' } });
    expect([...(byPca?.flags ?? [])]).toEqual([1, 0, 0]);
  });

  it('uses the baseline while the network has not scored', () => {
    expect(judge({ ...snapshot, scores: { pca: Float32Array.of(8, 0, 0) } })?.score).toBe('pca');
  });

  it('waits where there are no scores', () => {
    expect(judge({ ...snapshot, scores: {} })).toBeUndefined();
  });

  it('takes known anomalies from the same column', () => {
    const known = { ...snapshot, knownScores: { anomaly: Float32Array.of(3), pca: Float32Array.of(100) } };
    const judgement = judge({ ...known, review: { ...review, threshold: { method: 'known-min' } } });
    expect(judgement?.threshold.value).toBe(3);
    expect(judgement?.flagged).toBe(2);
  });

  it('refuses a score that a finished run lacks', () => {
    expect(() => columnInForce('colour', ['anomaly', 'pca'])).toThrow(UserError);
    expect(() => columnInForce('colour', ['anomaly', 'pca'])).toThrow(/choose one of anomaly, pca/);
  });
});
