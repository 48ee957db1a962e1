/**
 * How well scores or flags agree with labels. Labels: 1 anomaly, 0 normal, anything else unlabelled; unlabelled images
 * and those without a score (NaN) are left out.
 */

/** After each distinct score from the highest down: how many anomalies and normal images are at or above it. */
interface Steps {
  readonly thresholds: Float64Array;
  readonly truePositives: Float64Array;
  readonly falsePositives: Float64Array;
  readonly anomalies: number;
  readonly normals: number;
}

export interface RocCurve {
  /** Descending; the first is Infinity, at which nothing is flagged. */
  readonly thresholds: Float64Array;
  readonly falsePositiveRate: Float64Array;
  readonly truePositiveRate: Float64Array;
}

export interface PrecisionRecallCurve {
  /** Descending; the first is Infinity, where recall is 0 and precision 1 by convention. */
  readonly thresholds: Float64Array;
  readonly precision: Float64Array;
  readonly recall: Float64Array;
}

export interface Confusion {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly trueNegatives: number;
  readonly falseNegatives: number;
}

/** Indexes of the readable images, strangest first; equal scores keep the data set's order. */
export function strangestFirst(scores: Float32Array): number[] {
  return [...scores.keys()]
    .filter((index) => !Number.isNaN(scores[index]))
    .sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b);
}

/** Walks down the scores; ties are one step. */
export function thresholdSteps(scores: ArrayLike<number>, labels: ArrayLike<number>): Steps {
  const order: number[] = [];
  for (let i = 0; i < scores.length; i++) {
    const label = labels[i];
    if ((label === 0 || label === 1) && !Number.isNaN(scores[i] ?? NaN)) order.push(i);
  }
  order.sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));
  const thresholds: number[] = [];
  const truePositives: number[] = [];
  const falsePositives: number[] = [];
  let anomalies = 0;
  let normals = 0;
  order.forEach((index, place) => {
    if (labels[index] === 1) anomalies++;
    else normals++;
    const score = scores[index] ?? NaN;
    const next = order[place + 1];
    if (next !== undefined && scores[next] === score) return;
    thresholds.push(score);
    truePositives.push(anomalies);
    falsePositives.push(normals);
  });
  return {
    thresholds: Float64Array.from(thresholds),
    truePositives: Float64Array.from(truePositives),
    falsePositives: Float64Array.from(falsePositives),
    anomalies,
    normals,
  };
}

/** Area under the ROC curve: the chance that an anomaly scores higher than a normal image, ties half. */
export function auroc(scores: ArrayLike<number>, labels: ArrayLike<number>): number | undefined {
  const steps = thresholdSteps(scores, labels);
  if (steps.anomalies === 0 || steps.normals === 0) return undefined;
  let area = 0;
  let truePositives = 0;
  let falsePositives = 0;
  steps.thresholds.forEach((_, step) => {
    const nextTrue = steps.truePositives[step] ?? 0;
    const nextFalse = steps.falsePositives[step] ?? 0;
    area += ((nextFalse - falsePositives) * (nextTrue + truePositives)) / 2;
    truePositives = nextTrue;
    falsePositives = nextFalse;
  });
  return area / (steps.anomalies * steps.normals);
}

/** Mean of the precisions at each step of recall, not interpolated (as scikit-learn). */
export function averagePrecision(scores: ArrayLike<number>, labels: ArrayLike<number>): number | undefined {
  const steps = thresholdSteps(scores, labels);
  if (steps.anomalies === 0 || steps.normals === 0) return undefined;
  let sum = 0;
  let before = 0;
  steps.thresholds.forEach((_, step) => {
    const found = steps.truePositives[step] ?? 0;
    const flagged = found + (steps.falsePositives[step] ?? 0);
    sum += (found - before) * (found / flagged);
    before = found;
  });
  return sum / steps.anomalies;
}

/** One point a distinct score, from nothing flagged to everything flagged; rates are NaN where a class is missing. */
export function rocCurve(scores: ArrayLike<number>, labels: ArrayLike<number>): RocCurve {
  const steps = thresholdSteps(scores, labels);
  return {
    thresholds: prepend(Infinity, steps.thresholds),
    falsePositiveRate: prepend(
      0,
      steps.falsePositives.map((count) => count / steps.normals),
    ),
    truePositiveRate: prepend(
      0,
      steps.truePositives.map((count) => count / steps.anomalies),
    ),
  };
}

/** One point a distinct score, with growing recall; recall is NaN without anomalies. */
export function precisionRecallCurve(scores: ArrayLike<number>, labels: ArrayLike<number>): PrecisionRecallCurve {
  const steps = thresholdSteps(scores, labels);
  const precision = steps.truePositives.map((found, step) => found / (found + (steps.falsePositives[step] ?? 0)));
  return {
    thresholds: prepend(Infinity, steps.thresholds),
    precision: prepend(1, precision),
    recall: prepend(
      0,
      steps.truePositives.map((count) => count / steps.anomalies),
    ),
  };
}

function prepend(first: number, rest: Float64Array): Float64Array {
  const all = new Float64Array(rest.length + 1);
  all[0] = first;
  all.set(rest, 1);
  return all;
}

/** Counts of flags (0/1) against labels. Every labelled image counts, with or without a score. */
export function confusion(flags: ArrayLike<number>, labels: ArrayLike<number>): Confusion {
  let truePositives = 0;
  let falsePositives = 0;
  let trueNegatives = 0;
  let falseNegatives = 0;
  for (let i = 0; i < flags.length; i++) {
    const flagged = flags[i] === 1;
    if (labels[i] === 1) {
      if (flagged) truePositives++;
      else falseNegatives++;
    } else if (labels[i] === 0) {
      if (flagged) falsePositives++;
      else trueNegatives++;
    }
  }
  return { truePositives, falsePositives, trueNegatives, falseNegatives };
}

/** Share of the anomalies that are flagged; undefined without anomalies. */
export function truePositiveRate(table: Confusion): number | undefined {
  const anomalies = table.truePositives + table.falseNegatives;
  return anomalies === 0 ? undefined : table.truePositives / anomalies;
}

/** Share of the normal images that are not flagged; undefined without normal images. */
export function trueNegativeRate(table: Confusion): number | undefined {
  const normals = table.trueNegatives + table.falsePositives;
  return normals === 0 ? undefined : table.trueNegatives / normals;
}

/** Share of the normal images that are flagged; undefined without normal images. */
export function falsePositiveRate(table: Confusion): number | undefined {
  const normals = table.trueNegatives + table.falsePositives;
  return normals === 0 ? undefined : table.falsePositives / normals;
}

/** Share of the flagged images that are anomalies; undefined when nothing labelled is flagged. */
export function precision(table: Confusion): number | undefined {
  const flagged = table.truePositives + table.falsePositives;
  return flagged === 0 ? undefined : table.truePositives / flagged;
}

/** Harmonic mean of precision and recall; undefined where there is neither an anomaly nor a flag. */
export function f1(table: Confusion): number | undefined {
  const sum = 2 * table.truePositives + table.falsePositives + table.falseNegatives;
  return sum === 0 ? undefined : (2 * table.truePositives) / sum;
}
