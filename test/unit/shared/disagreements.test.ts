import { describe, expect, it } from 'vitest';
import { disagreements } from '../../../src/shared/disagreements';

describe('disagreements between labels and flags', () => {
  const scores = Float32Array.of(9, 8, 7, 3, 2, 1, NaN);
  const labels = Int8Array.of(0, 1, 1, 0, 0, 1, 1);
  const flags = Uint8Array.of(1, 1, 1, 0, 0, 0, 0);
  const open = { scores, labels, flags, isDecided: () => false };

  it('are listed in both directions, the plainest first', () => {
    // The first is stranger than all three bad ones; the sixth more usual than all three good ones.
    expect(disagreements(open).map(({ index, label, amount }) => [index, label, amount])).toEqual([
      [0, 0, 1],
      [5, 1, 1],
    ]);
  });

  it('are weighed by how much of the other kind is on the wrong side', () => {
    const lower = disagreements({ ...open, flags: Uint8Array.of(0, 1, 0, 1, 0, 0, 0) });
    expect(lower.map(({ index, amount }) => [index, Number(amount.toFixed(3))])).toEqual([
      [5, 1],
      [2, 0.333],
      [3, 0.333],
    ]);
  });

  it('are settled by a decision', () => {
    expect(disagreements({ ...open, isDecided: (index) => index === 0 }).map(({ index }) => index)).toEqual([5]);
  });

  it('are none without labels', () => {
    expect(disagreements({ ...open, labels: new Int8Array(7).fill(-1) })).toEqual([]);
  });
});
