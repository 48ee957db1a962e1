import { medianAbsoluteDeviation, median, quantile } from '../../shared/statistics';

/** How far the tail stands out: (99th percentile − median) / (1.4826 · MAD) of the logarithm of the losses. */
export function separation(losses: Float32Array): number {
  const logarithms = losses.map((loss) => Math.log(Math.max(loss, 1e-12)));
  const scale = 1.4826 * medianAbsoluteDeviation(logarithms);
  return scale > 0 ? (quantile(logarithms, 0.99) - median(logarithms)) / scale : 0;
}
