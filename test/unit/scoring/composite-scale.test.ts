import { describe, expect, it } from 'vitest';
import { compositeScale, correctedComposite } from '../../../src/engine/scoring/teaching/composite-scale';

const composite = Float32Array.of(0, 0.5, 1, 1.5, 3, NaN, 20);

describe('the composite corrected by marks', () => {
  it('stays as it is where there is no correction', () => {
    const same = correctedComposite(composite, compositeScale(composite), () => 0);
    composite.forEach((score, index) => {
      if (Number.isNaN(score)) expect(same[index]).toBeNaN();
      else expect(same[index]).toBeCloseTo(score, 4);
    });
  });

  it('keeps the order of the corrections, far above the strangest image and below 0', () => {
    const scale = compositeScale(composite);
    const bases = [-30, -3, -0.5, 0, 1, 2, 4, 8, 30, 300];
    const values = bases.map((base) => scale.fromBase(base));
    expect(values).toEqual([...values].sort((a, b) => a - b));
    expect(new Set(values.map(Math.fround)).size).toBe(bases.length);
    expect(values.at(-1)).toBeLessThan(1000);
  });

  it('is a number even in a folder of equal scores, or of none', () => {
    for (const column of [new Float32Array(5), Float32Array.of(NaN, NaN), new Float32Array()]) {
      const corrected = correctedComposite(column, compositeScale(column), () => 1);
      corrected.forEach((score, index) => expect(Number.isNaN(score)).toBe(Number.isNaN(column[index])));
    }
  });
});
