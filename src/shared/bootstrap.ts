/**
 * 95 % intervals of figures that labels give: the labelled images are drawn again and again with replacement, the odd
 * and the normal ones each by themselves (stratified bootstrap; Efron 1979), and the middle 95 % of the outcomes kept.
 */
import { randomStream, type RandomStream } from './random';
import { f1, falsePositiveRate, precision, thresholdSteps, trueNegativeRate, truePositiveRate } from './ranking';
import type { Confusion } from './ranking';
import { quantileOfSorted } from './statistics';

export interface Interval {
  readonly low: number;
  readonly high: number;
}

export interface RankingIntervals {
  readonly auroc: Interval;
  readonly averagePrecision: Interval;
}

type TableFigure = 'tpr' | 'fpr' | 'tnr' | 'precision' | 'f1';
export type TableIntervals = Readonly<Partial<Record<TableFigure, Interval>>>;

const tableFigures: readonly (readonly [TableFigure, (table: Confusion) => number | undefined])[] = [
  ['tpr', truePositiveRate],
  ['fpr', falsePositiveRate],
  ['tnr', trueNegativeRate],
  ['precision', precision],
  ['f1', f1],
];

const usualResamples = 1000;
/** However many images are labelled, no more work than this; but never fewer resamples than `leastResamples`. */
const mostVisits = 4e7;
const leastResamples = 200;

/** Of figures that follow from the counts alone. Nothing for a figure that more than a few resamples do not have. */
export function tableIntervals(table: Confusion, seed = 0): TableIntervals {
  const random = randomStream(seed, 'bootstrap of counts');
  const anomalies = table.truePositives + table.falseNegatives;
  const normals = table.falsePositives + table.trueNegatives;
  const drawn = Array.from({ length: usualResamples }, () => {
    const truePositives = binomial(random, anomalies, table.truePositives / Math.max(1, anomalies));
    const falsePositives = binomial(random, normals, table.falsePositives / Math.max(1, normals));
    const [falseNegatives, trueNegatives] = [anomalies - truePositives, normals - falsePositives];
    return { truePositives, falsePositives, falseNegatives, trueNegatives };
  });
  const intervals: Partial<Record<TableFigure, Interval>> = {};
  for (const [name, figure] of tableFigures) {
    const values = drawn.flatMap((one) => figure(one) ?? []);
    if (values.length >= usualResamples / 2) intervals[name] = middle(Float64Array.from(values));
  }
  return intervals;
}

/**
 * Of AUROC and average precision, in steps, so that a page can draw in between; returns undefined where a class is
 * missing. Draws of normal images are counted where they matter alone: between two anomalies.
 */
export function* rankingIntervals(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  seed = 0,
): Generator<undefined, RankingIntervals | undefined> {
  const cells = cellsOf(scores, labels);
  if (cells.anomalies === 0 || cells.normals === 0) return undefined;
  const random = randomStream(seed, 'bootstrap of rankings');
  const visits = cells.odd.length + cells.anomalies;
  const resamples = Math.round(Math.min(usualResamples, Math.max(leastResamples, mostVisits / visits)));
  const areas = new Float64Array(resamples);
  const precisions = new Float64Array(resamples);
  for (let resample = 0; resample < resamples; resample++) {
    [areas[resample], precisions[resample]] = figuresOf(drawAgain(cells, random));
    yield undefined;
  }
  return { auroc: middle(areas), averagePrecision: middle(precisions) };
}

/** {@link rankingIntervals} in one go. */
export function rankingIntervalsNow(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
): RankingIntervals | undefined {
  const steps = rankingIntervals(scores, labels);
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  return step.value;
}

/** From the highest score down: anomalies and normal images of each step, normal ones between two anomalies together. */
interface Cells {
  readonly odd: Float64Array;
  readonly normal: Float64Array;
  /** By anomaly: the cell it is in. */
  readonly cellOfAnomaly: Uint32Array;
  readonly anomalies: number;
  readonly normals: number;
}

function cellsOf(scores: ArrayLike<number>, labels: ArrayLike<number>): Cells {
  const steps = thresholdSteps(scores, labels);
  const odd: number[] = [];
  const normal: number[] = [];
  const cellOfAnomaly = new Uint32Array(steps.anomalies);
  let [found, alarms] = [0, 0];
  for (let step = 0; step < steps.thresholds.length; step++) {
    const more = (steps.truePositives[step] ?? 0) - found;
    const others = (steps.falsePositives[step] ?? 0) - alarms;
    const last = odd.length - 1;
    if (more === 0 && odd[last] === 0) normal[last] = (normal[last] ?? 0) + others;
    else {
      odd.push(more);
      normal.push(others);
    }
    cellOfAnomaly.fill(odd.length - 1, found, found + more);
    found += more;
    alarms += others;
  }
  const [oddCells, normalCells] = [Float64Array.from(odd), Float64Array.from(normal)];
  return { odd: oddCells, normal: normalCells, cellOfAnomaly, anomalies: steps.anomalies, normals: steps.normals };
}

function drawAgain(cells: Cells, random: RandomStream): Cells {
  const odd = new Float64Array(cells.odd.length);
  for (let draw = 0; draw < cells.anomalies; draw++) {
    const cell = cells.cellOfAnomaly[random.below(cells.anomalies)] ?? 0;
    odd[cell] = (odd[cell] ?? 0) + 1;
  }
  const normal = new Float64Array(cells.normal.length);
  let left = cells.normals;
  let leftBefore = cells.normals;
  for (let cell = 0; cell < normal.length && left > 0; cell++) {
    const count = cells.normal[cell] ?? 0;
    const drawn = binomial(random, left, count / leftBefore);
    normal[cell] = drawn;
    left -= drawn;
    leftBefore -= count;
  }
  return { ...cells, odd, normal };
}

/** AUROC and average precision. */
function figuresOf({ odd, normal, anomalies, normals }: Cells): [number, number] {
  let [found, alarms, area, sum] = [0, 0, 0, 0];
  for (let cell = 0; cell < odd.length; cell++) {
    const [more, others] = [odd[cell] ?? 0, normal[cell] ?? 0];
    area += others * (found + more / 2);
    found += more;
    alarms += others;
    if (more > 0) sum += more * (found / (found + alarms));
  }
  return [area / (anomalies * normals), sum / anomalies];
}

/** From here on a normal distribution is as good. */
const wideEnough = 30;
const fine = 2 ** 30;

/** How many of `count` trials succeed. */
function binomial(random: RandomStream, count: number, chance: number): number {
  if (count === 0 || chance <= 0) return 0;
  if (chance >= 1) return count;
  if (chance > 0.5) return count - binomial(random, count, 1 - chance);
  const variance = count * chance * (1 - chance);
  if (variance > wideEnough) {
    const drawn = Math.round(count * chance + Math.sqrt(variance) * random.normal());
    return Math.min(count, Math.max(0, drawn));
  }
  let rest = (random.below(fine) + 0.5) / fine;
  let probability = (1 - chance) ** count;
  let successes = 0;
  while (rest > probability && successes < count) {
    rest -= probability;
    successes++;
    probability *= ((count - successes + 1) / successes) * (chance / (1 - chance));
  }
  return successes;
}

function middle(values: Float64Array): Interval {
  const sorted = values.slice().sort();
  return { low: quantileOfSorted(sorted, 0.025), high: quantileOfSorted(sorted, 0.975) };
}
