/** The composite on an even scale, on which corrections are added, and back to its own units. */
import { median } from '../../../shared/statistics';

export interface CompositeScale {
  /** (log(1 + composite) − median) / standard deviation: about −1 to 4 in most folders. */
  toBase(composite: number): number;
  /** The composite again; beyond the strangest image of the folder it grows ever more slowly, below 0 it is straight. */
  fromBase(base: number): number;
}

const smallestDeviation = 1e-3;

/** @param column the composite of all images, NaN where unreadable */
export function compositeScale(column: Float32Array): CompositeScale {
  const logs = column.filter((score) => !Number.isNaN(score)).map((score) => Math.log1p(Math.max(0, score)));
  const center = logs.length > 0 ? median(logs) : 0;
  const mean = logs.reduce((sum, log) => sum + log, 0) / Math.max(1, logs.length);
  const variance = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / Math.max(1, logs.length);
  const deviation = Math.max(Math.sqrt(variance), smallestDeviation);
  const highest = logs.reduce((top, log) => Math.max(top, log), 0);
  return {
    toBase: (composite) => (Math.log1p(Math.max(0, composite)) - center) / deviation,
    fromBase: (base) => {
      const log = base * deviation + center;
      if (log <= 0) return log;
      return Math.expm1(log > highest ? highest + Math.log1p(log - highest) / 4 : log);
    },
  };
}

/** @param correctionOf added on the even scale; where it is 0 the composite stays as it is */
export function correctedComposite(
  composite: Float32Array,
  scale: CompositeScale,
  correctionOf: (index: number) => number,
): Float32Array {
  return composite.map((score, index) =>
    Number.isNaN(score) ? NaN : scale.fromBase(scale.toBase(score) + correctionOf(index)),
  );
}
