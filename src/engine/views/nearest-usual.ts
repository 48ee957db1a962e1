/** The usual images that are most like one: what it would look like if it were fine. */
import { evenSampleOf } from '../../shared/even-sample';
import { compositeScore } from '../../shared/score-names';
import { quantile } from '../../shared/statistics';
import type { Matrix } from '../compute/backend';
import type { RunState } from '../pipeline/run-state';
import { ImageDescriptions } from './image-descriptions';
import { isThere } from '../runs/is-there';
import { KeptOpen } from './kept-open';

/** What an image shows tells what it is like; where it errs does so less, and how strange it is not at all. */
const descriptionWeights = { grid: 0.3, directions: 1, scores: 0 };
const shown = 5;
/** Searched of the usual images, and held in memory for the next look: 1.6 MB. */
const largestSample = 4096;
/** Images up to this quantile of the composite are usual. */
const usualShare = 0.75;

interface UsualImages {
  readonly descriptions: ImageDescriptions;
  readonly indexes: Uint32Array;
  readonly rows: Matrix;
}

export class NearestUsual {
  readonly #kept = new KeptOpen<UsualImages>(() => Promise.resolve());

  /** At most five, the nearest first; none where the run keeps no features. */
  async of(state: RunState, index: number): Promise<readonly number[]> {
    const { featuresFile, record } = state.run;
    if (state.manifest[index]?.error !== undefined || record.errorScale === undefined) return [];
    if (!(await isThere(featuresFile))) return [];
    const key = [featuresFile, record.status, record.bestEpoch, record.epochs.length].join('\n');
    return this.#kept.use(
      key,
      () => openUsual(state),
      async ({ descriptions, indexes, rows }) => {
        const { data } = await descriptions.select([index]);
        return [...indexes]
          .map((usual, row) => ({ usual, distance: squaredDistance(data, rows, row) }))
          .filter(({ usual }) => usual !== index)
          .sort((a, b) => a.distance - b.distance || a.usual - b.usual)
          .slice(0, shown)
          .map(({ usual }) => usual);
      },
    );
  }
}

async function openUsual(state: RunState): Promise<UsualImages> {
  const composite = state.raw.get(compositeScore) ?? new Float32Array();
  const limit = quantile(composite, usualShare);
  const usual = state.readable.filter((index) => (composite[index] ?? NaN) <= limit);
  const indexes = evenSampleOf(usual, largestSample);
  const descriptions = await ImageDescriptions.open(state, descriptionWeights);
  return { descriptions, indexes, rows: await descriptions.select(indexes) };
}

function squaredDistance(values: Float32Array, rows: Matrix, row: number): number {
  let sum = 0;
  const start = row * rows.columns;
  for (let column = 0; column < rows.columns; column++) {
    sum += ((values[column] ?? 0) - (rows.data[start + column] ?? 0)) ** 2;
  }
  return sum;
}
