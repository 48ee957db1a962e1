/** Robust statistics of score columns. NaN stands for an image without a score and is left out everywhere. */

/** 1.4826 · MAD estimates the standard deviation of a normal distribution; likewise the two that stand in for it. */
const madToDeviation = 1.4826;
const quarterToDeviation = 1 / 0.6745;
const meanDeviationToDeviation = 1.2533;

/** Added before the logarithm, so that a perfect reconstruction has one. */
const tiny = 1e-12;
/** A spread of log scores below this is rounding, not a difference between images. */
const leastLogScale = 1e-6;
/** However alike the others are: a score that is a tenth larger than theirs is one deviation away, not ten. */
const usualLogScale = 0.1;

/** An array of numbers, typed or not. */
export type Numbers = ArrayLike<number> & Iterable<number>;

export interface Calibration {
  readonly logMedian: number;
  readonly logScale: number;
}

/** The numbers of `values` in ascending order, without NaN. */
export function sortedNumbers(values: Numbers): Float64Array {
  const numbers = new Float64Array(values.length);
  let count = 0;
  for (const value of values) {
    if (!Number.isNaN(value)) numbers[count++] = value;
  }
  return numbers.subarray(0, count).sort();
}

/** The `fraction` quantile (0–1) of ascending numbers, linear between neighbours; NaN of none. */
export function quantileOfSorted(sorted: ArrayLike<number>, fraction: number): number {
  if (sorted.length === 0) return NaN;
  const place = Math.min(Math.max(fraction, 0), 1) * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below] ?? NaN;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? NaN;
  const part = place - below;
  return part === 0 || low === high ? low : low + (high - low) * part;
}

/** The `fraction` quantile (0–1) of `values` in any order, linear between neighbours; NaN of none. */
export function quantile(values: Numbers, fraction: number): number {
  return quantileOfSorted(sortedNumbers(values), fraction);
}

/** The median; NaN of none. */
export function median(values: Numbers): number {
  return quantile(values, 0.5);
}

/** Median of the absolute deviations from `center` (the median); not scaled. NaN of none. */
export function medianAbsoluteDeviation(values: Numbers, center = median(values)): number {
  return deviationOfSorted(sortedNumbers(values), center);
}

function deviationOfSorted(sorted: Float64Array, center: number): number {
  return quantileOfSorted(sorted.map((value) => Math.abs(value - center)).sort(), 0.5);
}

/**
 * A standard deviation that outliers hardly move: 1.4826 · MAD. Where more than half of the values are the same, the
 * width of the quarter above the median, then the mean deviation stand in; 0 when all values are the same.
 */
export function robustDeviation(values: Numbers): number {
  return robustDeviationOfSorted(sortedNumbers(values));
}

/** {@link robustDeviation} of ascending numbers. */
export function robustDeviationOfSorted(sorted: Float64Array): number {
  if (sorted.length === 0) return 0;
  const center = quantileOfSorted(sorted, 0.5);
  const byMad = madToDeviation * deviationOfSorted(sorted, center);
  if (byMad > 0) return byMad;
  const byUpperQuarter = upperDeviationOfSorted(sorted);
  if (byUpperQuarter > 0) return byUpperQuarter;
  const sum = sorted.reduce((total, value) => total + Math.abs(value - center), 0);
  return (meanDeviationToDeviation * sum) / sorted.length;
}

/** The robust deviation of the upper half alone: (75th percentile − median) / 0.6745, of ascending numbers. */
export function upperDeviationOfSorted(sorted: ArrayLike<number>): number {
  if (sorted.length === 0) return 0;
  return (quantileOfSorted(sorted, 0.75) - quantileOfSorted(sorted, 0.5)) * quarterToDeviation;
}

/**
 * z = (log(v + tiny) − median) / (1.4826 · MAD) of positive raw scores, so that scores of any unit can be compared and
 * thresholds carry over. NaN stays NaN. With `calibration` the values are measured against another folder's.
 * In a folder of equal values every z is 0.
 */
export function robustZ(values: Numbers, calibration?: Calibration): { z: Float32Array; calibration: Calibration } {
  const logs = new Float64Array(values).map(logarithm);
  const used = calibration ?? calibrate(logs);
  const z = new Float32Array(logs.map((log) => (log - used.logMedian) / used.logScale));
  return { z, calibration: used };
}

function logarithm(value: number): number {
  // A diverged network's infinite loss is as strange as a number can say, but must stay one.
  return Number.isNaN(value) ? NaN : Math.log(Math.min(Math.max(value, 0), Number.MAX_VALUE) + tiny);
}

function calibrate(logs: Float64Array): Calibration {
  const sorted = sortedNumbers(logs);
  if (sorted.length === 0) return { logMedian: 0, logScale: 1 };
  const logMedian = quantileOfSorted(sorted, 0.5);
  const logScale = robustDeviationOfSorted(sorted);
  return { logMedian, logScale: logScale < leastLogScale ? 1 : Math.max(logScale, usualLogScale) };
}

export interface Histogram {
  readonly counts: Uint32Array;
  readonly min: number;
  readonly max: number;
}

/**
 * Counts of `values` in `bins` bins of equal width from `min` to `max` (of the values unless `range` is given). The last
 * bin includes its upper end; values outside of the range count in the outermost bins, so nobody is lost.
 */
export function histogram(
  values: Numbers,
  bins: number,
  options: { range?: readonly [number, number] } = {},
): Histogram {
  const counts = new Uint32Array(bins);
  const [min, max] = options.range ?? extent(values);
  const scale = max > min ? bins / (max - min) : 0;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    const place = scale === 0 ? 0 : Math.floor((value - min) * scale);
    const bin = Math.min(Math.max(place, 0), bins - 1);
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return { counts, min, max };
}

/** Smallest and largest number; [0, 0] of none. */
export function extent(values: Numbers): [number, number] {
  let min = Infinity;
  let max = -Infinity;
  for (const value of values) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return min <= max ? [min, max] : [0, 0];
}
