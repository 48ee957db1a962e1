import { describe, expect, it } from 'vitest';
import {
  auroc,
  averagePrecision,
  confusion,
  f1,
  precisionRecallCurve,
  rocCurve,
  strangestFirst,
  trueNegativeRate,
  truePositiveRate,
} from '../../../src/shared/ranking';

// Expected figures were computed with scikit-learn 1.x: roc_auc_score, average_precision_score, roc_curve.
const scores = [0.1, 0.4, 0.35, 0.8, 0.8, 0.2, 0.4, 0.9, 0.05, 0.4];
const labels = [0, 0, 1, 1, 0, 0, 1, 1, 0, 0];

/** 500 pseudo-random scores in steps of 0.01, so with many ties; 46 anomalies score 0.3 higher. */
function manyTies(): { scores: number[]; labels: number[] } {
  let state = 12345;
  const next = (modulus: number) => {
    state = Number((1103515245n * BigInt(state) + 12345n) % 2n ** 31n);
    return (state >> 8) % modulus;
  };
  const made = Array.from({ length: 500 }, () => ({ step: Math.floor(next(1000) / 10), odd: next(10) === 0 }));
  return {
    scores: made.map(({ step, odd }) => step / 100 + (odd ? 0.3 : 0)),
    labels: made.map(({ odd }) => (odd ? 1 : 0)),
  };
}

describe('AUROC', () => {
  it('agrees with scikit-learn where scores tie', () => {
    expect(auroc(scores, labels)).toBeCloseTo(0.7708333333333334, 12);
    const many = manyTies();
    expect(many.labels.filter((label) => label === 1)).toHaveLength(46);
    expect(auroc(many.scores, many.labels)).toBeCloseTo(0.7837818425588967, 12);
  });

  it('is one half when all scores are the same', () => {
    expect(auroc([3, 3, 3, 3], [0, 1, 0, 1])).toBe(0.5);
  });

  it('turns around when the scores do', () => {
    const turned = scores.map((score) => -score);
    expect((auroc(scores, labels) ?? 0) + (auroc(turned, labels) ?? 0)).toBeCloseTo(1, 12);
  });

  it('is absent where one class is missing', () => {
    expect(auroc([1, 2], [0, 0])).toBeUndefined();
    expect(auroc([], [])).toBeUndefined();
  });

  it('leaves out unlabelled and unreadable images', () => {
    expect(auroc([...scores, 99, NaN], [...labels, -1, 1])).toBeCloseTo(0.7708333333333334, 12);
  });
});

describe('average precision', () => {
  it('agrees with scikit-learn where scores tie', () => {
    expect(averagePrecision(scores, labels)).toBeCloseTo(0.6845238095238095, 12);
    const many = manyTies();
    expect(averagePrecision(many.scores, many.labels)).toBeCloseTo(0.4715869428813694, 12);
  });

  it('is one when every anomaly stands before every normal image', () => {
    expect(averagePrecision([1, 2, 3, 4], [0, 0, 1, 1])).toBe(1);
  });

  it('is the share of anomalies when scores say nothing', () => {
    expect(averagePrecision([5, 5, 5, 5], [0, 0, 0, 1])).toBe(0.25);
  });
});

describe('the curves', () => {
  it('give one ROC point a distinct score, as scikit-learn without dropping', () => {
    const curve = rocCurve(scores, labels);
    expect([...curve.thresholds]).toEqual([Infinity, 0.9, 0.8, 0.4, 0.35, 0.2, 0.1, 0.05]);
    expect([...curve.falsePositiveRate].map((rate) => rate * 6)).toEqual([0, 0, 1, 3, 3, 4, 5, 6]);
    expect([...curve.truePositiveRate].map((rate) => rate * 4)).toEqual([0, 1, 2, 3, 4, 4, 4, 4]);
  });

  it('give precision and recall with growing recall', () => {
    const curve = precisionRecallCurve(scores, labels);
    const rounded = [...curve.precision].map((value) => Number(value.toFixed(6)));
    expect(rounded).toEqual([1, 1, 0.666667, 0.5, 0.571429, 0.5, 0.444444, 0.4]);
    expect([...curve.recall]).toEqual([0, 0.25, 0.5, 0.75, 1, 1, 1, 1]);
  });
});

describe('the confusion table', () => {
  const table = confusion(Uint8Array.of(1, 1, 0, 0, 1, 0), Int8Array.of(1, 0, 1, 0, 1, -1));

  it('counts flags against labels and leaves out the unlabelled', () => {
    expect(table).toEqual({ truePositives: 2, falsePositives: 1, trueNegatives: 1, falseNegatives: 1 });
  });

  it('gives the rates and F1', () => {
    expect(truePositiveRate(table)).toBeCloseTo(2 / 3, 12);
    expect(trueNegativeRate(table)).toBe(0.5);
    expect(f1(table)).toBeCloseTo(2 / 3, 12);
  });

  it('has no rate for a class that is missing', () => {
    const none = confusion([0, 0], [0, 0]);
    expect(truePositiveRate(none)).toBeUndefined();
    expect(f1(none)).toBeUndefined();
    expect(trueNegativeRate(none)).toBe(1);
  });
});

describe('the ranking', () => {
  it('keeps the order of the data set among equals and leaves out the unreadable', () => {
    expect(strangestFirst(Float32Array.of(1, NaN, 3, 1, 3))).toEqual([2, 4, 0, 3]);
  });
});
