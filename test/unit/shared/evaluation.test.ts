import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../src/shared/evaluation';

describe('an evaluation', () => {
  const columns = { anomaly: Float32Array.of(5, 4, 3, NaN, 1), pca: Float32Array.of(1, 4, 3, NaN, 5) };
  const labels = Int8Array.of(1, 0, 1, 1, 0);
  const flags = Uint8Array.of(1, 1, 0, 1, 0);

  it('judges the chosen score by its ranking and the flags by their counts', () => {
    const result = evaluate({ columns, score: 'anomaly', labels, flags });
    expect(result.auroc).toBe(0.75);
    expect(result.averagePrecision).toBeCloseTo((1 + 2 / 3) / 2, 12);
    expect(result.confusion).toEqual({ truePositives: 2, falsePositives: 1, trueNegatives: 1, falseNegatives: 1 });
    expect(result.tpr).toBeCloseTo(2 / 3, 12);
    expect(result.tnr).toBe(0.5);
    expect(result.f1).toBeCloseTo(2 / 3, 12);
    expect(result.labelled).toBe(5);
  });

  it('sets every score beside it', () => {
    const { perScore } = evaluate({ columns, score: 'anomaly', labels, flags });
    expect(Object.keys(perScore)).toEqual(['anomaly', 'pca']);
    expect(perScore['pca']?.auroc).toBe(0);
  });

  it('leaves out what labels of one kind cannot say', () => {
    const result = evaluate({ columns, score: 'anomaly', labels: Int8Array.of(0, 0, 0, 0, 0), flags });
    expect(result).not.toHaveProperty('auroc');
    expect(result).not.toHaveProperty('tpr');
    expect(result.tnr).toBe(0.4);
  });
});
