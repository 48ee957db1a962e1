/** Where the line between usual and odd is drawn. An image is flagged when its score is at or above the line. */
import * as l10n from '@vscode/l10n';
import { UserError } from './errors';
import { f1, falsePositiveRate, thresholdSteps, trueNegativeRate, truePositiveRate } from './ranking';
import type { Confusion } from './ranking';
import type { ThresholdMethod, ThresholdSetting } from './settings';
import { quantileOfSorted, robustDeviationOfSorted, sortedNumbers } from './statistics';
import type { Numbers } from './statistics';
import { ownTail } from './own-tail';
import { limitedTail, mixtureBoundary, type Tail, tailOf, tailQuantile } from './tail';
import { thresholdParameter, thresholdTitle } from './threshold-methods';

export { formatThreshold, parseThreshold, thresholdMethodTable } from './threshold-methods';

export interface ThresholdInput {
  /** Of one column, NaN where unreadable. */
  readonly scores: Numbers;
  /** Where `scores` are corrected by marks: what they were without them, and `usual` of those. */
  readonly untaught?: Pick<ThresholdInput, 'scores' | 'usual'>;
  /** 1 anomaly, 0 normal, anything else unlabelled. */
  readonly labels?: ArrayLike<number>;
  /** The same column's scores of the known anomalies. */
  readonly known?: Numbers;
  /** How far the same column reaches over images that are usual for sure; absent: told from the scores themselves. */
  readonly usual?: Tail;
  /** The same column's scores of images that are known to be usual and are not among the scored ones. */
  readonly normals?: Numbers;
}

export interface ChosenThreshold {
  readonly value: number;
  readonly method: ThresholdMethod;
  /** The parameter in force, given or default; absent where the method has none. */
  readonly parameter?: number;
}

/** The share of usual images that `auto` expects above its line. */
const autoFalseAlarms = 0.01;
/** So many known anomalies say where anomalies may lie: the line falls until this share of them lies above it … */
const leastKnown = 10;
const knownToFind = 0.8;
/** … but not to where a larger share of usual images is expected above it. */
const mostFalseAlarms = 0.05;
/** Otsu's two classes must not be pulled apart by a handful of extremes: higher scores count as this many deviations. */
const otsuReach = 10;

type Rule = (input: { sorted: Float64Array; scores: ArrayLike<number>; parameter: number } & Evidence) => number;
interface Evidence {
  readonly untaught?: ThresholdInput['untaught'];
  readonly labels?: ArrayLike<number>;
  readonly known?: Numbers;
  readonly usual?: Tail;
  readonly normals?: Numbers;
  readonly method: ThresholdMethod;
}

const rules: Readonly<Record<ThresholdMethod, Rule>> = {
  auto: ({ sorted, untaught, usual, known = [] }) => {
    if (!untaught) return autoLine(sorted, usual, known);
    const before = sortedNumbers(untaught.scores);
    return lineOfTaught(sorted, before, autoLine(before, untaught.usual, known));
  },
  value: ({ parameter }) => parameter,
  percentile: ({ sorted, parameter }) => quantileOfSorted(sorted, parameter / 100),
  contamination: ({ sorted, parameter }) => {
    const flagged = Math.round(parameter * sorted.length);
    return flagged === 0 ? beyond(sorted) : (sorted[sorted.length - flagged] ?? beyond(sorted));
  },
  mad: ({ sorted, parameter }) => above(sorted, parameter * robustDeviationOfSorted(sorted)),
  otsu: ({ sorted }) => otsu(sorted),
  gmm: ({ sorted, usual }) => mixtureBoundary(sorted, usual ?? tailOf(sorted)),
  evt: ({ sorted, usual, parameter }) => tailQuantile(usual ?? ownTail(sorted), parameter),
  normals: (input) => lineAboveNormals(normalScores(input), input.parameter),
  'known-min': (input) => quantileOfSorted(knownScores(input), 0),
  'known-mean': (input) => {
    const known = knownScores(input);
    return known.reduce((sum, score) => sum + score, 0) / known.length;
  },
  'known-max': (input) => quantileOfSorted(knownScores(input), 1),
  'known-tpr': (input) => {
    const known = knownScores(input);
    return known[known.length - Math.ceil(input.parameter * known.length)] ?? beyond(known);
  },
  tpr: (input) => bestStep(input, (table) => ((truePositiveRate(table) ?? 0) >= input.parameter ? 1 : 0)),
  fpr: (input) =>
    bestStep(input, (table) => {
      const isWithin = (falsePositiveRate(table) ?? 0) <= input.parameter;
      return isWithin ? table.truePositives : -Infinity;
    }),
  f1: (input) => bestStep(input, (table) => f1(table) ?? 0),
  youden: (input) => bestStep(input, (table) => (truePositiveRate(table) ?? 0) + (trueNegativeRate(table) ?? 0)),
};

/**
 * The threshold that `setting` gives for these scores.
 * Throws `settings-invalid` when the method needs labels or known anomalies that are not there, or its parameter is out
 * of range. Without any score the value is 0 (nothing is flagged by it), unless the setting itself names one.
 */
export function chooseThreshold(setting: ThresholdSetting, input: ThresholdInput): ChosenThreshold {
  const { method } = setting;
  const range = thresholdParameter(method);
  const parameter = setting.parameter ?? range?.default;
  if (range && (parameter === undefined || parameter < range.min || parameter > range.max)) {
    throw outOfRange(method, parameter);
  }
  const sorted = sortedNumbers(input.scores);
  const found = rules[method]({ ...input, sorted, method, parameter: parameter ?? NaN });
  const value = Number.isFinite(found) ? found : beyond(sorted);
  return range && parameter !== undefined ? { value, method, parameter } : { value, method };
}

function outOfRange(method: ThresholdMethod, parameter: number | undefined): UserError {
  const range = thresholdParameter(method);
  return new UserError(
    'settings-invalid',
    l10n.t(
      'The threshold method “{0}” takes a number from {1} to {2}, not {3}; write for example {4}.',
      method,
      range?.min ?? 0,
      range?.max ?? 0,
      parameter ?? '—',
      `${method}:${range?.default ?? 0}`,
    ),
  );
}

/** Above which one in a hundred of the usual images is expected, or a few more where known anomalies lie lower. */
function autoLine(sorted: Float64Array, usual: Tail | undefined, known: Numbers): number {
  const tail = limitedTail(usual ?? ownTail(sorted));
  const line = lineByScoresAlone(tail);
  const found = sortedNumbers(known);
  if (found.length < leastKnown) return line;
  const lowered = Math.max(quantileOfSorted(found, 1 - knownToFind), tailQuantile(tail, mostFalseAlarms));
  return Math.min(line, lowered);
}

/** Where `auto` draws the line when no anomalies are known. @param tail limited */
export function lineByScoresAlone(tail: Tail): number {
  return tailQuantile(tail, autoFalseAlarms);
}

/**
 * Marks stretch the scores of all that is like them, so that the tail of the corrected scores says nothing of how rare
 * usual images are there. The line stays where it was without marks, or rises until no more images lie above it than did.
 */
function lineOfTaught(sorted: Float64Array, untaught: Float64Array, line: number): number {
  const count = untaught.filter((score) => score >= line).length;
  const first = count === 0 ? beyond(sorted) : (sorted[sorted.length - count] ?? -Infinity);
  return Math.max(line, first);
}

function above(sorted: Float64Array, distance: number): number {
  return distance > 0 ? quantileOfSorted(sorted, 0.5) + distance : beyond(sorted);
}

/** A value just above the highest score as a float32, at which nothing is flagged. */
function beyond(sorted: Float64Array): number {
  const highest = sorted.at(-1);
  if (highest === undefined) return 0;
  return highest + Math.max(Math.abs(highest) * 2 ** -20, 1e-6);
}

/** Otsu 1979: the split with the largest variance between the two classes, halfway between its neighbours. */
function otsu(sorted: Float64Array): number {
  const deviation = robustDeviationOfSorted(sorted);
  if (deviation === 0) return beyond(sorted);
  const center = quantileOfSorted(sorted, 0.5);
  const clip = (score: number) =>
    Math.min(Math.max(score, center - otsuReach * deviation), center + otsuReach * deviation);
  const total = sorted.reduce((sum, score) => sum + clip(score), 0);
  let best = -1;
  let value = beyond(sorted);
  let below = 0;
  for (let i = 0; i + 1 < sorted.length; i++) {
    const score = sorted[i] ?? NaN;
    const next = sorted[i + 1] ?? NaN;
    below += clip(score);
    if (score === next) continue;
    const count = i + 1;
    const rest = sorted.length - count;
    const betweenMeans = (total - below) / rest - below / count;
    const variance = count * rest * betweenMeans * betweenMeans;
    if (variance > best) {
      best = variance;
      value = (score + next) / 2;
    }
  }
  return value;
}

/**
 * The lowest line above which the share `share` of images like these is expected at most, the next one included (split
 * conformal prediction: of n exchangeable ones, k of n + 1). Where they are too few for so small a share, their tail says.
 */
function lineAboveNormals(sorted: Float64Array, share: number): number {
  const above = Math.floor(share * (sorted.length + 1));
  if (above > 0) return sorted[sorted.length - above] ?? -Infinity;
  return Math.max(tailQuantile(tailOf(sorted), share), beyond(sorted));
}

function normalScores(input: Evidence): Float64Array {
  const normals = sortedNumbers(input.normals ?? []);
  if (normals.length > 0) return normals;
  throw new UserError(
    'settings-invalid',
    l10n.t(
      'The threshold “{0}” needs images known to be usual: scan with --validation SRC or --train-on SRC, or choose another method.',
      thresholdTitle(input.method),
    ),
  );
}

function knownScores(input: Evidence): Float64Array {
  const known = sortedNumbers(input.known ?? []);
  if (known.length > 0) return known;
  throw new UserError(
    'settings-invalid',
    l10n.t(
      'The threshold “{0}” needs images known to be bad: give some with --known-anomalies, or choose another method.',
      thresholdTitle(input.method),
    ),
  );
}

/** The highest threshold with the largest `merit`. */
function bestStep(input: { scores: ArrayLike<number> } & Evidence, merit: (table: Confusion) => number): number {
  const steps = input.labels ? thresholdSteps(input.scores, input.labels) : undefined;
  if (!steps || steps.anomalies === 0 || (steps.normals === 0 && input.method !== 'tpr')) {
    throw new UserError(
      'settings-invalid',
      l10n.t(
        'The threshold “{0}” needs labels of both normal and odd images: give a label file, or choose another method.',
        thresholdTitle(input.method),
      ),
    );
  }
  let best = -Infinity;
  let value = Infinity;
  steps.thresholds.forEach((threshold, step) => {
    const truePositives = steps.truePositives[step] ?? 0;
    const falsePositives = steps.falsePositives[step] ?? 0;
    const found = merit({
      truePositives,
      falsePositives,
      trueNegatives: steps.normals - falsePositives,
      falseNegatives: steps.anomalies - truePositives,
    });
    if (found > best) {
      best = found;
      value = threshold;
    }
  });
  return value;
}
