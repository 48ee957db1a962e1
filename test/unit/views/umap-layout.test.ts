import { describe, expect, it } from 'vitest';
import { findNearest, PivotIndex, roomForNearest } from '../../../src/engine/views/embedding/neighbours';
import { umapLayout, type LayoutStep } from '../../../src/engine/views/embedding/umap-layout';
import { evenSample } from '../../../src/shared/even-sample';
import { randomStream } from '../../../src/shared/random';

const columns = 6;

/** Three clouds far from each other: row r is in cloud r % 3. */
function cloudRows(rows: number): { rows: number; columns: number; data: Float32Array } {
  const random = randomStream(1, 'clouds');
  const data = Float32Array.from({ length: rows * columns }, (_, at) => {
    const [row, column] = [Math.floor(at / columns), at % columns];
    return random.normal() + (column === row % 3 ? 30 : 0);
  });
  return { rows, columns, data };
}

function laidOut(rows: ReturnType<typeof cloudRows>, largest: number, seed = 0): LayoutStep[] {
  const work = umapLayout({ rows, sample: evenSample(rows.rows, largest), seed });
  const steps: LayoutStep[] = [];
  for (;;) {
    const { value, done } = work.next();
    steps.push(value);
    if (done === true) return steps;
  }
}

const last = (steps: readonly LayoutStep[]) => steps[steps.length - 1] ?? { done: 0, indexes: [], places: [] };

describe('the layout of a map', () => {
  it('puts every row nearest to rows of its own cloud, those outside of the sample as well', () => {
    const { indexes, places, done } = last(laidOut(cloudRows(240), 120));
    expect(done).toBe(1);
    expect(indexes).toHaveLength(240);
    const plane = { rows: 240, columns: 2, data: Float32Array.from(places) };
    const found = roomForNearest(3);
    for (let row = 0; row < 240; row++) {
      findNearest(plane, plane.data.subarray(2 * row, 2 * row + 2), found, row);
      expect([...found.rows].map((other) => other % 3)).toEqual([row % 3, row % 3, row % 3]);
    }
  });

  it('is the same for the same seed, another for another', () => {
    const rows = cloudRows(60);
    expect(last(laidOut(rows, 60))).toEqual(last(laidOut(rows, 60)));
    expect(last(laidOut(rows, 60, 1)).places).not.toEqual(last(laidOut(rows, 60)).places);
  });

  it('tells how far it is, never backwards', () => {
    const shares = laidOut(cloudRows(60), 60).map(({ done }) => done);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(shares.filter((share) => share === 1)).toHaveLength(1);
  });

  it('has a place for each of many images that look the same', () => {
    const { places } = last(laidOut({ rows: 40, columns, data: new Float32Array(40 * columns).fill(2) }, 40));
    expect(places).toHaveLength(80);
    expect([...places].every(Number.isFinite)).toBe(true);
  });
});

describe('the search through pivots', () => {
  it('finds what a search through all rows finds', () => {
    const rows = cloudRows(400);
    const index = new PivotIndex(rows);
    const [all, some] = [roomForNearest(5), roomForNearest(5)];
    let same = 0;
    for (let row = 0; row < rows.rows; row++) {
      const query = rows.data.subarray(row * columns, (row + 1) * columns).map((value) => value + 0.1);
      findNearest(rows, query, all);
      index.find(query, some);
      same += [...all.rows].filter((found) => some.rows.includes(found)).length;
    }
    expect(same / (5 * rows.rows)).toBeGreaterThan(0.95);
  });
});
