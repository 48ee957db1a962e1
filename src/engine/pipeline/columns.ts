/** Puts raw scores into a run: on disk, in memory, with the calibration that makes them comparable. */
import type { ScoreInfo } from '../../shared/run';
import { compositeScore } from '../../shared/score-names';
import { robustZ } from '../../shared/statistics';
import { compositeColumn } from '../scoring/composite';
import { networkScores } from '../scoring/scores/index';
import type { RawColumns } from '../scoring/network-scoring';
import type { ScanImages } from './images';
import { zColumns, type RunState } from './run-state';

export interface ScoredParts {
  /** Of the readable images of the scored source, in order. */
  readonly scored: RawColumns;
  /** Of the images that say what is usual; absent: the scored ones themselves. */
  readonly usual?: RawColumns;
  readonly known?: RawColumns;
}

/**
 * Sets the columns, remakes the composite from all that are there and writes everything to the run folder.
 * @param calibrated what an earlier run found usual, when its model is applied to other images
 */
export async function putColumns(
  state: RunState,
  images: ScanImages,
  parts: ScoredParts,
  calibrated: readonly ScoreInfo[] = [],
): Promise<void> {
  const infos = new Map(state.run.record.scores.map((info) => [info.name, info]));
  for (const [name, column] of parts.scored) {
    const earlier = calibrated.find((info) => info.name === name)?.calibration;
    const calibration = earlier ?? robustZ(parts.usual?.get(name) ?? column).calibration;
    infos.set(name, { name, calibration });
    state.raw.set(name, scatter(column, images.scored.readable, state.manifest.length));
    const known = parts.known?.get(name);
    if (known) state.known.set(name, known);
  }
  infos.delete(compositeScore);
  const order = [...networkScores.map(({ name }) => name), 'pca'];
  const parted = [...infos.values()].sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
  const scores = [{ name: compositeScore }, ...parted];
  for (const columns of [state.raw, state.known]) {
    columns.delete(compositeScore);
    if (columns.size === 0) continue;
    columns.set(compositeScore, compositeColumn(new Map(Object.entries(zColumns(scores, columns)))));
  }
  for (const [name, column] of state.raw) await state.run.writeScores(name, column);
  for (const [name, column] of state.known) await state.run.writeScores(`known-${name}`, column);
  await state.run.update({ scores });
}

/** Values at their places in the data set, NaN elsewhere. */
function scatter(values: Float32Array, places: Uint32Array, length: number): Float32Array {
  const column = new Float32Array(length).fill(NaN);
  places.forEach((place, row) => {
    column[place] = values[row] ?? NaN;
  });
  return column;
}
