/**
 * What the ranking becomes by a person's marks: the composite, corrected by a small model that learns from the marks
 * what makes images like these bad or good. The composite is what was known before, and the unmarked folder stands for
 * what is usual, so that anomalies unlike all marks keep their places.
 */
import * as l10n from '@vscode/l10n';
import { UserError } from '../../shared/errors';
import { evenSample, evenSampleOf } from '../../shared/even-sample';
import { decisionOn } from '../../shared/flags';
import type { Review, RunSnapshot } from '../../shared/run';
import { compositeScore, taughtScore } from '../../shared/score-names';
import { median } from '../../shared/statistics';
import type { RunState } from '../pipeline/run-state';
import { compositeScale, correctedComposite } from '../scoring/teaching/composite-scale';
import { ridgeLogistic } from '../scoring/teaching/ridge-logistic';
import { ImageDescriptions } from './image-descriptions';
import { isThere } from '../runs/is-there';

const descriptionWeights = { grid: 2.83, directions: 0.85, scores: 2.83 };
/** Unmarked images that stand for what is usual, and what they count together; a mark counts 1. */
const usualImages = 1000;
const usualWeight = 20;
/** Of each kind: more stand for one another, so that a group decided at once does not make everybody wait. */
const mostMarks = 1000;
/** Log-odds of a deviation of the composite: how firmly it is believed. */
const belief = 6;
const ridge = 3;

type Decisions = Review['decisions'];

/** The state of a run with the column `taught` in it while its review learns from the marks. */
export async function openTaught(state: RunState): Promise<RunSnapshot> {
  const snapshot = await state.snapshot();
  const { learn, decisions } = snapshot.review;
  const isReady = learn === true && state.raw.has(compositeScore) && (await isThere(state.run.featuresFile));
  if (!isReady || Object.keys(decisions).length === 0) return snapshot;
  return { ...snapshot, scores: { ...snapshot.scores, [taughtScore]: await taughtColumn(state, decisions) } };
}

/** What was learned last of a run: its review is shown, counted and saved by the same marks. */
const learned = new WeakMap<RunState, Learned>();

interface Learned {
  readonly composite: Float32Array | undefined;
  readonly marks: string;
  readonly column: Promise<Float32Array>;
}

/**
 * The corrected composite in data-set order, in its units, NaN where unreadable; the composite itself without marks.
 * @throws UserError `run-invalid` when the run keeps nothing to learn from
 */
export function taughtColumn(state: RunState, decisions: Decisions): Promise<Float32Array> {
  // Another column each time that the images are scored.
  const composite = state.raw.get(compositeScore);
  const marks = JSON.stringify(Object.entries(decisions).sort());
  const known = learned.get(state);
  if (known?.marks === marks && known.composite === composite) return known.column;
  const column = correctedBy(state, decisions);
  learned.set(state, { composite, marks, column });
  column.catch(() => {
    if (learned.get(state)?.column === column) learned.delete(state);
  });
  return column;
}

async function correctedBy(state: RunState, decisions: Decisions): Promise<Float32Array> {
  const composite = state.raw.get(compositeScore);
  if (!composite)
    throw new UserError('run-invalid', l10n.t('The run {0} has no scores yet. Let it go on first.', state.run.folder));
  const descriptions = await ImageDescriptions.open(state, descriptionWeights);
  const marks = new Map<number, 0 | 1>();
  state.manifest.forEach(({ sha256 }, index) => {
    const decision = decisionOn(sha256, decisions);
    if (decision !== undefined && !Number.isNaN(composite[index])) marks.set(index, decision === 'bad' ? 1 : 0);
  });
  if (marks.size === 0) return composite.slice();
  const unmarked = state.readable.filter((index) => !marks.has(index));
  const usual = evenSampleOf(unmarked, usualImages);
  const weights = new Map([...spreadMarks(marks, 1), ...spreadMarks(marks, 0)]);
  const shown = Uint32Array.from([...weights.keys(), ...usual]).sort();
  const scale = compositeScale(composite);
  const logOddsOf = (index: number) => belief * scale.toBase(composite[index] ?? NaN);
  const coefficients = ridgeLogistic({
    rows: await descriptions.select(shown),
    targets: Array.from(shown, (index) => marks.get(index) ?? 0),
    weights: Array.from(
      shown,
      (index) => weights.get(index) ?? (usualWeight / usual.length) * usualShare(logOddsOf(index)),
    ),
    // That nobody marked an image says nothing against the composite.
    offsets: Array.from(shown, (index) => (marks.has(index) ? logOddsOf(index) : Math.min(0, logOddsOf(index)))),
    ridge,
  });
  const corrections = new Float32Array(composite.length).fill(NaN);
  await descriptions.forEach(({ rows, columns, data }, first) => {
    for (let row = 0; row < rows; row++) {
      let sum = 0;
      for (let column = 0; column < columns; column++) {
        sum += (data[row * columns + column] ?? 0) * (coefficients[column] ?? 0);
      }
      corrections[first + row] = sum / belief;
    }
  });
  // What most images have in common is no news of any of them.
  const common = median(
    usual.length > 0 ? Float32Array.from(usual, (index) => corrections[index] ?? NaN) : corrections,
  );
  return correctedComposite(composite, scale, (index) => (corrections[index] ?? NaN) - common);
}

/** How much an unmarked image stands for what is usual: wholly up to even odds, and less the odder the composite says it is. */
function usualShare(logOdds: number): number {
  return Math.min(1, 2 / (1 + Math.exp(logOdds)));
}

/** The marks of one kind that are learned from, and how much each of them counts. */
function spreadMarks(marks: ReadonlyMap<number, 0 | 1>, kind: 0 | 1): (readonly [index: number, weight: number])[] {
  const all = [...marks].flatMap(([index, mark]) => (mark === kind ? [index] : []));
  const places = evenSample(all.length, mostMarks);
  return Array.from(places, (place) => [all[place] ?? 0, all.length / places.length] as const);
}
