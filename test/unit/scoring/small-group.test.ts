import { describe, expect, it } from 'vitest';
import { groupsAbout, type LinearGroup } from '../../../src/engine/scoring/small-group';
import { randomStream } from '../../../src/shared/random';

const count = 2000;
const dimensions = 24;

/** A crowd of unit variance; the first `odd` points lie six deviations away, along three directions. */
function pointsWith(odd: number): Float64Array[] {
  const random = randomStream(3, 'small group');
  return Array.from({ length: count }, (_, row) =>
    Float64Array.from(
      { length: dimensions },
      (_value, column) => random.normal() + (row < odd && column < 3 ? 6 / Math.sqrt(3) : 0),
    ),
  );
}

const members = ({ membership }: LinearGroup) => [...membership.keys()].filter((row) => (membership[row] ?? 0) > 0.5);

describe('a small group among many points', () => {
  it.each([10, 25])('of %i is found from one of its points', (odd) => {
    const [group] = groupsAbout(pointsWith(odd), [0]);
    const found = group ? members(group) : [];
    expect(found.filter((row) => row < odd).length).toBeGreaterThanOrEqual(0.8 * odd);
    expect(found.filter((row) => row >= odd).length).toBeLessThanOrEqual(0.1 * odd);
    expect(group?.separation).toBeGreaterThan(5);
  });

  it('is looked for once, not from each of its points', () => {
    const seeds = Array.from({ length: 25 }, (_, row) => row);
    const groups = groupsAbout(pointsWith(25), seeds);
    expect(groups.length).toBeLessThan(10);
  });

  it('is not seen in a crowd alone', () => {
    const seeds = Array.from({ length: 20 }, (_, row) => row);
    const clear = groupsAbout(pointsWith(0), seeds).filter((group) => members(group).length >= 8);
    expect(clear.filter(({ separation }) => separation > 4)).toEqual([]);
  });

  it('is none where there is no point to begin with', () => {
    expect(groupsAbout(pointsWith(5), [])).toEqual([]);
    expect(groupsAbout([], [])).toEqual([]);
  });
});
