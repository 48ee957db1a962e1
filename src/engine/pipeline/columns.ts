/** Puts raw scores into a run: on disk, in memory, with the calibration that makes them comparable. */
import type { Blend, ScoreInfo } from '../../shared/run';
import { blendScore, compositeScore } from '../../shared/score-names';
import { robustZ, sortedNumbers } from '../../shared/statistics';
import { joinedTail, type Tail, tailOf } from '../../shared/tail';
import { blendColumn, fitBlend } from '../scoring/blend';
import { compositeColumn, easyWeightFor, tooEasy } from '../scoring/composite';
import { networkScores } from '../scoring/scores/index';
import type { RawColumns } from '../scoring/network-scoring';
import type { ScanImages } from './images';
import { zColumns, type RunState } from './run-state';

export interface ScoredParts {
  /** Of the readable images of the scored source, in order. */
  readonly scored: RawColumns;
  /** Of the images that say what is usual; absent: the scored ones themselves, but for those that were added to them. */
  readonly usual?: RawColumns;
  /** Whether these, and no others, were trained on; false: the scored ones as well; absent: neither, in this run. */
  readonly trainedOnUsual?: boolean;
  readonly known?: RawColumns;
  /** Of images known to be usual that were not trained on, where there are some. */
  readonly heldOut?: RawColumns;
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
    const earlier = calibrated.find((info) => info.name === name);
    infos.set(
      name,
      earlier ?? describeScore(name, parts.usual?.get(name) ?? column.subarray(0, images.scored.own.length)),
    );
    state.raw.set(name, scatter(column, images.scored.readable, state.manifest.length));
    const known = parts.known?.get(name);
    if (known) state.known.set(name, known);
    const usual = (parts.heldOut ?? parts.usual)?.get(name);
    if (usual) state.usual.set(name, usual);
  }
  const columnSets = [state.raw, state.known, state.usual];
  for (const combined of [compositeScore, blendScore]) {
    infos.delete(combined);
    for (const columns of columnSets) columns.delete(combined);
  }
  const ordered = [...infos.values()].sort((a, b) => scoreOrder.indexOf(a.name) - scoreOrder.indexOf(b.name));
  const weight =
    calibrated.find(({ name }) => name === tooEasy)?.weight ?? easyWeightFor(columnsOfZ(ordered, state.raw));
  const weighted = ordered.map((info) => (info.name === tooEasy ? { ...info, weight } : info));
  const learned = parts.trainedOnUsual === false ? state.raw : undefined;
  // What is usual for sure says how far usual scores reach, also where some of the scored ones were learned.
  const reach =
    parts.usual && parts.trainedOnUsual !== undefined ? tailsOf(weighted, parts.usual, weight, learned) : undefined;
  const scores = [calibrated.find(({ name }) => name === compositeScore) ?? { name: compositeScore }, ...weighted].map(
    (info) => withTail(info, reach?.get(info.name)),
  );
  for (const columns of columnSets) {
    if (columns.size > 0) columns.set(compositeScore, compositeColumn(columnsOfZ(scores, columns), weight));
  }
  const blend =
    calibrated.find(({ name }) => name === blendScore)?.blend ?? blendOf(scores, state, parts.trainedOnUsual === true);
  if (blend) {
    for (const columns of columnSets) {
      if (columns.size > 0) columns.set(blendScore, blendColumn(columnsOfZ(scores, columns), blend));
    }
    const usual = reach && state.usual.get(blendScore);
    scores.push(withTail({ name: blendScore, blend }, usual && usualTail(usual, learned?.get(blendScore))));
  }
  for (const [name, column] of state.raw) await state.run.writeScores(name, column);
  for (const [name, column] of state.known) await state.run.writeScores(`known-${name}`, column);
  for (const [name, column] of state.usual) await state.run.writeScores(`usual-${name}`, column);
  await state.run.update({ scores });
}

/** Undefined until the network's scores are there, and without known anomalies. */
function blendOf(scores: readonly ScoreInfo[], state: RunState, trainedOnOthers: boolean): Blend | undefined {
  const [scored, known, usual] = [state.raw, state.known, state.usual].map((raw) => columnsOfZ(scores, raw));
  if (!scored || !known || !usual || known.size === 0) return undefined;
  return fitBlend(usual.size > 0 ? usual : scored, known, trainedOnOthers && usual.size > 0 ? usual : scored);
}

/**
 * How far usual images reach in every score and in the composite, in units of z.
 * @param learned raw columns of the scored images, where these were trained on as well
 */
function tailsOf(
  infos: readonly ScoreInfo[],
  usual: RawColumns,
  easyWeight: number,
  learned: RawColumns | undefined,
): Map<string, Tail> {
  const withComposite = (raw: RawColumns) => {
    const columns = new Map(columnsOfZ(infos, raw));
    return columns.set(compositeScore, compositeColumn(columns, easyWeight));
  };
  const scored = learned && withComposite(learned);
  return new Map([...withComposite(usual)].map(([name, column]) => [name, usualTail(column, scored?.get(name))]));
}

function usualTail(column: Float32Array, learned: Float32Array | undefined): Tail {
  const tail = tailOf(sortedNumbers(column));
  return learned ? joinedTail(tail, sortedNumbers(learned)) : tail;
}

function withTail(info: ScoreInfo, usual: Tail | undefined): ScoreInfo {
  return usual ? { ...info, usual } : info;
}

const scoreOrder = [...networkScores.map(({ name }) => name), 'pca'];

/** Too easy is a number from 0 to 4 already; all other scores become comparable by a calibration. */
function describeScore(name: string, usual: Float32Array): ScoreInfo {
  return name === tooEasy ? { name } : { name, calibration: robustZ(usual).calibration };
}

function columnsOfZ(
  infos: readonly ScoreInfo[],
  raw: ReadonlyMap<string, Float32Array>,
): ReadonlyMap<string, Float32Array> {
  return new Map(Object.entries(zColumns(infos, raw)));
}

/** Values at their places in the data set, NaN elsewhere. */
function scatter(values: Float32Array, places: Uint32Array, length: number): Float32Array {
  const column = new Float32Array(length).fill(NaN);
  places.forEach((place, row) => {
    column[place] = values[row] ?? NaN;
  });
  return column;
}
