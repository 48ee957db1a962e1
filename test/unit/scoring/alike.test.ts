import { describe, expect, it } from 'vitest';
import { randomStream } from '../../../src/shared/random';
import { clustersOf } from '../../../src/engine/scoring/teaching/alike';

/** As many as a real row has: in few, even one cloud falls apart. */
const columns = 60;

/** Rows around these centres in turn. */
function around(centers: readonly (readonly number[])[], rows: number, spread: number) {
  const random = randomStream(1, 'alike');
  const data = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const center = centers[row % centers.length] ?? [];
    for (let column = 0; column < columns; column++) {
      data[row * columns + column] = (center[column] ?? 0) + spread * random.normal();
    }
  }
  return { rows, columns, data };
}

describe('rows that are alike', () => {
  const centers = [
    [4, 0, 0, 0],
    [0, 4, 0, 0],
    [0, 0, 4, 4],
  ];

  it('become as many clusters as there are', () => {
    const clusters = clustersOf(around(centers, 60, 0.4));
    expect([...clusters]).toEqual(Array.from({ length: 60 }, (_, row) => row % 3));
  });

  it('stay one where nothing tells them apart', () => {
    expect(new Set(clustersOf(around([[]], 80, 1))).size).toBe(1);
    expect(new Set(clustersOf({ rows: 9, columns, data: new Float32Array(9 * columns) }))).toEqual(new Set([0]));
  });

  it.each([0, 1, 2])('are at most one cluster when there are %i', (rows) => {
    expect([...clustersOf(around(centers, rows, 0.4))]).toEqual(Array(rows).fill(0));
  });
});
