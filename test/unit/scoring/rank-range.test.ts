import { describe, expect, it } from 'vitest';
import { RankRanges } from '../../../src/engine/scoring/rank-range';

const column = (...values: readonly number[]) => Float32Array.from(values);

describe('How sure a rank is', () => {
  it('is sure where all scores agree', () => {
    const falling = Float32Array.from({ length: 50 }, (_, index) => 50 - index);
    const ranges = new RankRanges({ encoder: falling, rebuilt: falling, patch: falling }, 1);
    expect(ranges.of(0)).toEqual({ rank: 1, best: 1, worst: 2, of: 50 });
    expect(ranges.of(19)).toEqual({ rank: 20, best: 13, worst: 30, of: 50 });
  });

  it('is not where a rank hangs on one score', () => {
    const encoder = Float32Array.from({ length: 50 }, (_, index) => index / 50);
    const rebuilt = column(9, ...new Array<number>(49).fill(0.1));
    expect(new RankRanges({ encoder, rebuilt }, 1).of(0)).toEqual({ rank: 1, best: 1, worst: 50, of: 50 });
  });

  it('leaves images without a score out', () => {
    const ranges = new RankRanges({ encoder: column(3, NaN, 1), rebuilt: column(3, NaN, 1) }, 1);
    expect(ranges.of(1)).toBeUndefined();
    expect(ranges.of(2)).toEqual({ rank: 2, best: 1, worst: 2, of: 2 });
    expect(ranges.of(7)).toBeUndefined();
  });

  it('shares a rank among equals', () => {
    const ranges = new RankRanges({ encoder: column(2, 2, 1), rebuilt: column(1, 1, 0) }, 1);
    expect(ranges.of(0)?.rank).toBe(1);
    expect(ranges.of(1)?.rank).toBe(1);
    expect(ranges.of(2)?.rank).toBe(3);
  });
});
