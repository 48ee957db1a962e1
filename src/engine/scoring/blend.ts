/**
 * A score learned from known anomalies: a logistic model over the scores' z that tells them from usual images. Its weights
 * are never below zero, so that no image becomes less odd by being odd in one more way; and the composite keeps its own
 * view beside it, so that anomalies of a kind that is not among the known ones are not forgotten.
 */
import { evenSample } from '../../shared/even-sample';
import type { Blend } from '../../shared/run';
import { blendScore, compositeScore, scoresBeside } from '../../shared/score-names';
import { quantileOfSorted, sortedNumbers } from '../../shared/statistics';
import { tailScale } from '../../shared/tail';
import { tooEasy } from './composite';

type Columns = ReadonlyMap<string, Float32Array>;

/** Fewer known anomalies would be learned by heart. */
const leastKnown = 3;
const mostNormals = 4096;
/** Beyond so many deviations an image is odd by any model, and would only pull at the weights. */
const reach = 10;
/** Penalty of squared weights, where each class has the weight one half. */
const penalty = 1e-3;
/** The composite counts where it finds an image this much rarer (a factor of e) than the model does. */
const compositeBehind = 1;

const mostSteps = 40;
const sweeps = 50;
const settled = 1e-5;

/**
 * All columns in units of z, the composite among them.
 * @param usual images that are usual for sure, or the scored ones, which nearly all are
 * @param reference says how rare a value is: the scored images, or the usual ones where training saw none of the scored
 * @returns undefined where there are too few known anomalies, or scores to weigh
 */
export function fitBlend(usual: Columns, known: Columns, reference: Columns): Blend | undefined {
  const names = [...known.keys()].filter(
    (name) => !notBlended.includes(name) && usual.has(name) && reference.has(name),
  );
  const odd = rowsOf(known, names);
  const all = rowsOf(usual, names);
  const normal = [...evenSample(all.length, mostNormals)].map((row) => all[row] ?? []);
  if (names.length < 2 || odd.length < leastKnown || normal.length === 0) return undefined;
  const found = fitWeights(odd, normal, names.length);
  const weights = Object.fromEntries(names.map((name, place) => [name, found[place] ?? 0]));
  if (!found.some((weight) => weight > 0)) return undefined;
  const composite = reference.get(compositeScore) ?? new Float32Array();
  return { weights, learned: tailUnits(learnedColumn(reference, weights)), composite: tailUnits(composite) };
}

/** In e-foldings: one more is a score that 2.7 times fewer images reach, of those the blend was fitted beside. */
export function blendColumn(columns: Columns, { weights, learned, composite }: Blend): Float32Array {
  const own = columns.get(compositeScore) ?? new Float32Array();
  return learnedColumn(columns, weights).map((value, index) => {
    const byModel = (value - learned.start) / learned.scale;
    const byComposite = ((own[index] ?? NaN) - composite.start) / composite.scale - compositeBehind;
    return Number.isNaN(byComposite) ? NaN : Math.max(byModel, byComposite);
  });
}

/** Made of others, or told by whether there is a group of its kind at all. */
const notBlended: readonly string[] = [compositeScore, blendScore, tooEasy, 'pca', ...scoresBeside];

function learnedColumn(columns: Columns, weights: Blend['weights']): Float32Array {
  const length = columns.get(compositeScore)?.length ?? 0;
  const sum = new Float32Array(length);
  for (const [name, weight] of Object.entries(weights)) {
    const column = columns.get(name);
    if (column && weight > 0)
      sum.forEach((_, index) => (sum[index] = (sum[index] ?? 0) + weight * clipped(column[index])));
  }
  return sum;
}

/** A NaN, of an image without this score, is as good as usual. */
function clipped(z: number | undefined): number {
  return z === undefined || Number.isNaN(z) ? 0 : Math.min(reach, Math.max(-reach, z));
}

/** Where the upper quarter begins, and the way on which scores become e times rarer. */
function tailUnits(column: Float32Array): { start: number; scale: number } {
  const sorted = sortedNumbers(column);
  const [start, ninetieth] = [quantileOfSorted(sorted, 0.75), quantileOfSorted(sorted, 0.9)];
  const scale = tailScale({ upperQuartile: start, ninetieth });
  return { start: Number.isFinite(start) ? start : 0, scale: scale > 0 ? scale : 1 };
}

function rowsOf(columns: Columns, names: readonly string[]): number[][] {
  const length = Math.min(...names.map((name) => columns.get(name)?.length ?? 0));
  return Array.from({ length: names.length > 0 ? length : 0 }, (_, row) =>
    names.map((name) => clipped(columns.get(name)?.[row])),
  );
}

/**
 * Logistic regression with a quadratic penalty and weights at or above zero: Newton's steps, each a quadratic problem
 * solved by coordinate descent. Both classes count the same, however many there are of each.
 */
function fitWeights(odd: readonly number[][], normal: readonly number[][], size: number): number[] {
  const rows = [
    ...odd.map((row) => ({ row: [1, ...row], isOdd: 1, weight: 0.5 / odd.length })),
    ...normal.map((row) => ({ row: [1, ...row], isOdd: 0, weight: 0.5 / normal.length })),
  ];
  let found: number[] = Array.from({ length: size + 1 }, () => 0);
  for (let step = 0; step < mostSteps; step++) {
    const gradient: number[] = found.map((value, place) => (place === 0 ? 0 : penalty * value));
    const curvature: number[][] = found.map((_, place) =>
      found.map((_, other) => (place === other && place > 0 ? penalty : 0)),
    );
    for (const { row, isOdd, weight } of rows) {
      const chance = 1 / (1 + Math.exp(-dot(row, found)));
      const bend = weight * chance * (1 - chance) + 1e-12;
      row.forEach((value, place) => {
        gradient[place] = (gradient[place] ?? 0) + weight * (chance - isOdd) * value;
        const line = curvature[place] ?? [];
        row.forEach((other, column) => (line[column] = (line[column] ?? 0) + bend * value * other));
      });
    }
    const next = descend(found, gradient, curvature);
    const change = Math.max(...next.map((value, place) => Math.abs(value - (found[place] ?? 0))));
    found = next;
    if (change < settled) break;
  }
  return found.slice(1);
}

/** The lowest point of the quadratic around `from`, with all but the first at or above zero. */
function descend(from: readonly number[], gradient: readonly number[], curvature: readonly number[][]): number[] {
  const at = [...from];
  for (let sweep = 0; sweep < sweeps; sweep++) {
    for (let place = 0; place < at.length; place++) {
      const line = curvature[place] ?? [];
      const moved = at.map((value, other) => value - (from[other] ?? 0));
      const slope = (gradient[place] ?? 0) + dot(line, moved);
      const value = (at[place] ?? 0) - slope / (line[place] ?? 1);
      at[place] = place === 0 ? value : Math.max(0, value);
    }
  }
  return at;
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, place) => sum + value * (b[place] ?? 0), 0);
}
