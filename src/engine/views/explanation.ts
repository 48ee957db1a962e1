/** Why an image stands where it does: what each score adds, and how far its rank can be trusted. */
import type { Comparison } from '../../shared/contracts';
import { compositeScore } from '../../shared/score-names';
import { zColumns, type RunState } from '../pipeline/run-state';
import { contributions, tooEasy } from '../scoring/composite';
import { RankRanges } from '../scoring/rank-range';

interface Columns {
  readonly z: Readonly<Record<string, Float32Array>>;
  readonly easyWeight: number;
  readonly ranges: RankRanges;
}

/** Kept for as long as a run has the same scores: flipping through images must not measure all of them each time. */
const known = new WeakMap<Float32Array, Columns>();

export function explain(state: RunState, index: number): Pick<Comparison, 'contributions' | 'rank'> {
  const { z, easyWeight, ranges } = columnsOf(state);
  const parts = contributions((score) => z[score]?.[index], easyWeight);
  const total = parts.reduce((sum, { amount }) => sum + amount, 0);
  const rank = ranges.of(index);
  return {
    contributions: parts
      // What is not too easy is no more usual for that: the z of its loss would seem to say so.
      .filter(({ score, amount }) => (score === tooEasy ? amount > 0 : z[score] !== undefined))
      .map(({ score, amount }) => ({
        score,
        z: z[score === tooEasy ? 'reconstruction' : score]?.[index] ?? NaN,
        share: total > 0 ? amount / total : 0,
      })),
    ...(rank && { rank }),
  };
}

function columnsOf(state: RunState): Columns {
  const composite = state.raw.get(compositeScore);
  const found = composite && known.get(composite);
  if (found) return found;
  const z = zColumns(state.run.record.scores, state.raw);
  const easyWeight = state.run.record.scores.find(({ name }) => name === tooEasy)?.weight ?? 1;
  const columns = { z, easyWeight, ranges: new RankRanges(z, easyWeight) };
  if (composite) known.set(composite, columns);
  return columns;
}
