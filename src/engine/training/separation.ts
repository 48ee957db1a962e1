import { medianAbsoluteDeviation, median, quantile } from '../../shared/statistics';

/** A handful of odd images must be seen in a large folder, where a hundredth of it hides them. */
const handful = 5;

/**
 * How far the tail stands out: (99th percentile − median) / (1.4826 · MAD) of the logarithm of the losses; in place of
 * the percentile the fifth largest, where that is larger. 0 when most are the same.
 */
export function separation(losses: Float32Array): number {
  const logarithms = losses.map((loss) => Math.log(Math.max(loss, 1e-12)));
  const scale = 1.4826 * medianAbsoluteDeviation(logarithms);
  const tail = Math.max(0.99, 1 - (handful - 1) / Math.max(1, losses.length - 1));
  return scale > 0 ? (quantile(logarithms, tail) - median(logarithms)) / scale : 0;
}
