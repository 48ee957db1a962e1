import { describe, expect, it } from 'vitest';
import {
  extent,
  histogram,
  median,
  medianAbsoluteDeviation,
  quantile,
  robustDeviation,
  robustZ,
} from '../../../src/shared/statistics';

describe('quantiles', () => {
  it('lie on a line between neighbours', () => {
    expect(quantile([4, 1, 3, 2], 0.25)).toBeCloseTo(1.75, 12);
    expect(quantile(Float32Array.of(10, 20), 0.9)).toBeCloseTo(19, 12);
  });

  it('reach the smallest and the largest value at 0 and 1', () => {
    expect(quantile([5, -2, 9], 0)).toBe(-2);
    expect(quantile([5, -2, 9], 1)).toBe(9);
  });

  it('leave out what has no score', () => {
    expect(median(Float32Array.of(NaN, 3, NaN, 1, 2))).toBe(2);
    expect(median([])).toBeNaN();
  });

  it('do not change the order of what they are given', () => {
    const values = Float32Array.of(3, 1, 2);
    median(values);
    expect([...values]).toEqual([3, 1, 2]);
  });
});

describe('the median absolute deviation', () => {
  it('is the middle distance from the middle', () => {
    expect(medianAbsoluteDeviation([1, 1, 2, 2, 4, 6, 9])).toBe(1);
  });

  it('ignores how far an outlier is away', () => {
    expect(medianAbsoluteDeviation([1, 2, 3, 4, 1e9])).toBe(medianAbsoluteDeviation([1, 2, 3, 4, 10]));
  });
});

describe('the robust deviation', () => {
  it('estimates the standard deviation of a normal distribution', () => {
    // Quantiles of the standard normal distribution at 1/8 … 7/8.
    const normal = [-1.15035, -0.67449, -0.31864, 0, 0.31864, 0.67449, 1.15035];
    expect(robustDeviation(normal)).toBeCloseTo(1, 3);
  });

  it('stays above zero when more than half of the values are the same', () => {
    expect(robustDeviation([0, 0, 0, 0, 1, 2, 3])).toBeGreaterThan(0);
    expect(robustDeviation([0, 0, 0, 0, 0, 0, 0, 0, 0, 8])).toBeGreaterThan(0);
  });

  it('is zero only where all values are the same', () => {
    expect(robustDeviation([7, 7, 7])).toBe(0);
  });
});

describe('robust z', () => {
  it('counts robust deviations of the logarithm from the median', () => {
    const { z, calibration } = robustZ(Float32Array.of(1, Math.E, Math.E ** 2, Math.E ** 3, Math.E ** 4));
    expect(calibration.logMedian).toBeCloseTo(2, 6);
    expect(calibration.logScale).toBeCloseTo(1.4826, 6);
    expect(z[4]).toBeCloseTo(2 / 1.4826, 5);
    expect(z[2]).toBeCloseTo(0, 5);
  });

  it('does not depend on the unit of the score', () => {
    const raw = Float32Array.of(0.2, 0.5, 0.9, 1.4, 8);
    const inOtherUnit = raw.map((value) => value * 255);
    const expected = robustZ(raw).z;
    robustZ(inOtherUnit).z.forEach((z, index) => expect(z).toBeCloseTo(expected[index] ?? NaN, 4));
  });

  it('keeps the order of the scores', () => {
    const raw = Float32Array.from({ length: 50 }, (_, i) => ((i * 7919) % 101) + 1);
    const { z } = robustZ(raw);
    const byRaw = [...raw.keys()].sort((a, b) => (raw[a] ?? 0) - (raw[b] ?? 0));
    const byZ = [...z.keys()].sort((a, b) => (z[a] ?? 0) - (z[b] ?? 0));
    expect(byZ).toEqual(byRaw);
  });

  it('leaves unreadable images without one', () => {
    const { z } = robustZ(Float32Array.of(1, NaN, 2, 4));
    expect(z[1]).toBeNaN();
    expect(z[0]).not.toBeNaN();
  });

  it('is zero everywhere in a folder of equal images', () => {
    expect([...robustZ(Float32Array.of(0.3, 0.3, 0.3)).z]).toEqual([0, 0, 0]);
    expect([...robustZ(Float32Array.of(0, 0)).z]).toEqual([0, 0]);
  });

  it('lets the one odd image stand out of a folder of otherwise equal ones', () => {
    const { z } = robustZ(Float32Array.of(0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 5));
    expect(z[9]).toBeGreaterThan(3);
    expect(z[0]).toBe(0);
  });

  it('measures other images against the folder of a calibration', () => {
    const { calibration } = robustZ(Float32Array.of(1, 2, 4, 8, 16));
    const { z } = robustZ(Float32Array.of(4, 1000), calibration);
    expect(z[0]).toBeCloseTo(0, 5);
    expect(z[1]).toBeGreaterThan(5);
  });

  it('stays a number for a loss that became infinite', () => {
    const { z } = robustZ(Float32Array.of(1, 2, 3, Infinity));
    expect(Number.isFinite(z[3])).toBe(true);
    expect(z[3]).toBeGreaterThan(100);
  });
});

describe('a histogram', () => {
  it('counts into bins of equal width, the last one with its upper end', () => {
    const { counts, min, max } = histogram([0, 1, 1.5, 2, 4], 4);
    expect([...counts]).toEqual([1, 2, 1, 1]);
    expect([min, max]).toEqual([0, 4]);
  });

  it('loses no image outside of a given range', () => {
    const { counts } = histogram([-5, 0.5, 99, NaN], 2, { range: [0, 1] });
    expect([...counts]).toEqual([1, 2]);
  });

  it('puts equal values into one bin', () => {
    expect([...histogram([3, 3, 3], 5).counts]).toEqual([3, 0, 0, 0, 0]);
  });

  it('of nothing is empty', () => {
    expect(extent([NaN])).toEqual([0, 0]);
    expect([...histogram([], 2).counts]).toEqual([0, 0]);
  });
});
