import { describe, expect, it } from 'vitest';
import { sortedNumbers } from '../../../src/shared/statistics';
import { joinedTail, tailOf } from '../../../src/shared/tail';
import { thresholdReason } from '../../../src/shared/threshold-reasons';
import { chooseThreshold, type ThresholdInput } from '../../../src/shared/thresholds';

function why(input: ThresholdInput, method: 'auto' | 'normals' | 'mad' = 'auto'): string {
  return thresholdReason(chooseThreshold({ method }, input), input);
}

/** 1,000 scores of an exponential distribution with mean 1. */
const usual = Float32Array.from({ length: 1000 }, (_, i) => -Math.log(1 - (i + 0.5) / 1000));
const tail = tailOf(Float64Array.from(usual));

describe('the reason of the automatic threshold', () => {
  it('is the expected share of usual images where scores fade out', () => {
    expect(why({ scores: usual })).toBe(
      'The scores of usual images fade out evenly: one in a hundred, about 10 of 1,000, is expected above 4.59; there are 10.',
    );
  });

  it('is a gap where there is one', () => {
    const scores = Float32Array.of(...usual.filter((score) => score < 3), 9, 10, 11);
    expect(why({ scores })).toBe('The scores have a clear gap: none lies between 2.99 and 9.00.');
  });

  it('is the group that stands apart where a fifth does', () => {
    const scores = Float32Array.of(...usual, ...Array.from({ length: 250 }, (_, i) => 4 + i / 25));
    expect(why({ scores })).toMatch(
      /^About 2\d\d of 1,250 stand apart as a group; of the others one in a hundred is expected above 4\.\d\d\. In all 2\d\d lie there\.$/,
    );
  });

  it('is the distance from the middle where too few images stand out to be a group', () => {
    const scores = usual
      .filter((_, place) => place % 20 === 10 && place < 980)
      .map((score) => (score < 1.4 ? score : 1.4 + 2.5 * (score - 1.4)));
    expect(why({ scores })).toMatch(
      /^More than a tenth of the images stand out, so the line lies six deviations above/,
    );
  });

  it('is the images trained on, where those are others', () => {
    expect(why({ scores: usual, usual: tail })).toBe('Trained on others: 99% of them are expected below 4.59.');
  });

  it('is both folders, where the scored images were learned beside the others, and moves to where these lie', () => {
    const scores = usual.map((score) => score + 2);
    const joined = joinedTail(tail, sortedNumbers(scores));
    expect(why({ scores, usual: joined })).toBe(
      'Trained on these and on others: 99% of the usual ones are expected below 6.59.',
    );
    // Four times as wide: the line lies twice as far from the upper quartile.
    const wide = joinedTail(tail, sortedNumbers(usual.map((score) => 4 * score)));
    expect(chooseThreshold({ method: 'auto' }, { scores: usual, usual: wide }).value).toBeCloseTo(
      4 * Math.log(4) + 2 * Math.log(25),
      1,
    );
    // The others may reach farther than these: that is no reason to expect less.
    expect(joinedTail(tail, sortedNumbers(usual.map((score) => score - 2)))).toEqual({ ...tail, joined: true });
  });

  it('is the known anomalies, where the line is lowered for them', () => {
    const known = Float32Array.of(1, 2, 3.5, 3.7, 4, 4, 5, 6, 7, 8);
    expect(why({ scores: usual, known })).toBe(
      'Lowered from 4.59 to 3.20 for the anomalies that are known: 8 of 10 lie above it, and about 4% of usual images.',
    );
    // They are found anyway.
    expect(why({ scores: usual, known: known.map((score) => score + 3) })).toMatch(/fade out evenly/);
  });

  it('warns where the scored images differ from those as a whole', () => {
    expect(why({ scores: usual.map((score) => score + 2), usual: tail })).toMatch(/differ from them as a whole/);
  });

  it('is said of equal scores and of none, too', () => {
    expect(why({ scores: new Float32Array(50) })).toMatch(/score alike/);
    expect(why({ scores: [] })).toBe('No image has a score.');
  });
});

describe('the reason of other methods', () => {
  it('counts the usual images that are as high', () => {
    expect(why({ scores: usual, normals: usual }, 'normals')).toBe(
      'Known to be usual, with a score as high: 30 of 1,000 images.',
    );
  });

  it('is what they assume', () => {
    expect(why({ scores: usual }, 'mad')).toMatch(/robust deviations/);
  });
});
