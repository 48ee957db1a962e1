import { describe, expect, it } from 'vitest';
import { rankingIntervals, rankingIntervalsNow, tableIntervals } from '../../../src/shared/bootstrap';
import { randomStream } from '../../../src/shared/random';
import { auroc, averagePrecision } from '../../../src/shared/ranking';

/** Normal images about 0, anomalies about `lift`, both with a standard deviation of 1. */
function drawn(normals: number, anomalies: number, lift: number, seed = 1) {
  const random = randomStream(seed, 'scores');
  const labels = Int8Array.from({ length: normals + anomalies }, (_, index) => Number(index >= normals));
  return { labels, scores: Float32Array.from(labels, (label) => random.normal() + label * lift) };
}

describe('bootstrap intervals of a ranking', () => {
  it('hold the figures and are as wide as theory says', () => {
    const { scores, labels } = drawn(900, 100, 1.5);
    const intervals = rankingIntervalsNow(scores, labels);
    if (!intervals) return expect.fail('there are none');
    const area = auroc(scores, labels) ?? NaN;
    expect(intervals.auroc.low).toBeLessThan(area);
    expect(intervals.auroc.high).toBeGreaterThan(area);
    // Hanley and McNeil 1982.
    const [q1, q2] = [area / (2 - area), (2 * area * area) / (1 + area)];
    const variance = (area * (1 - area) + 99 * (q1 - area * area) + 899 * (q2 - area * area)) / (100 * 900);
    const width = intervals.auroc.high - intervals.auroc.low;
    expect(width / (2 * 1.96 * Math.sqrt(variance))).toBeCloseTo(1, 0.5);
    expect(intervals.averagePrecision.low).toBeLessThan(averagePrecision(scores, labels) ?? NaN);
    expect(intervals.averagePrecision.high).toBeGreaterThan(averagePrecision(scores, labels) ?? NaN);
  });

  it('are a point where the ranking is perfect', () => {
    const intervals = rankingIntervalsNow(Float32Array.of(4, 3, 2, 1), Int8Array.of(1, 1, 0, 0));
    expect(intervals).toEqual({ auroc: { low: 1, high: 1 }, averagePrecision: { low: 1, high: 1 } });
  });

  it('are the same each time, and count ties half', () => {
    const { scores, labels } = drawn(200, 40, 1);
    const rounded = scores.map((score) => Math.round(score));
    expect(rankingIntervalsNow(rounded, labels)).toEqual(rankingIntervalsNow(rounded, labels));
    const alike = rankingIntervalsNow(new Float32Array(240), labels);
    expect(alike?.auroc).toEqual({ low: 0.5, high: 0.5 });
  });

  it('are nothing where a class is missing', () => {
    expect(rankingIntervalsNow(Float32Array.of(1, 2), Int8Array.of(0, 0))).toBeUndefined();
    expect(rankingIntervalsNow(Float32Array.of(1, NaN), Int8Array.of(0, 1))).toBeUndefined();
  });

  it('come in steps that a page can draw between, fewer where there is much to draw', () => {
    const { scores, labels } = drawn(100, 20, 1);
    expect([...rankingIntervals(scores, labels)]).toHaveLength(1000);
    const large = drawn(60_000, 60_000, 0);
    const steps = rankingIntervals(large.scores, large.labels);
    const began = performance.now();
    for (let step = 0; step < 5; step++) expect(steps.next().done).toBe(false);
    expect((performance.now() - began) / 5).toBeLessThan(500);
  });
});

describe('bootstrap intervals of counts', () => {
  it('are those of a share', () => {
    const { tpr, fpr, tnr } = tableIntervals({
      truePositives: 90,
      falseNegatives: 10,
      falsePositives: 50,
      trueNegatives: 950,
    });
    expect(tpr?.low).toBeCloseTo(0.84, 1.5);
    expect(tpr?.high).toBeCloseTo(0.95, 1.5);
    expect(fpr?.low).toBeCloseTo(0.037, 2);
    expect(fpr?.high).toBeCloseTo(0.064, 2);
    expect((fpr?.low ?? NaN) + (tnr?.high ?? NaN)).toBeCloseTo(1, 9);
  });

  it('leave out what the counts cannot say', () => {
    const intervals = tableIntervals({ truePositives: 0, falseNegatives: 0, falsePositives: 0, trueNegatives: 20 });
    expect(Object.keys(intervals).sort()).toEqual(['fpr', 'tnr']);
  });
});
