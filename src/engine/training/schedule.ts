/** Learning rate by step. */
import type { ScanSettings } from '../../shared/settings';

const warmUpShare = 0.15;
const startDivisor = 25;
const endDivisor = 1e4;

/**
 * The rate at `step` of `totalSteps` (both from 0). One-cycle: half-cosine from peak/25 up to the peak over the first
 * 15 % of the steps, then half-cosine down to peak/250,000 (Smith and Topin 2018, PyTorch's two-phase form).
 */
export function learningRateAt(
  schedule: ScanSettings['schedule'],
  peak: number,
  step: number,
  totalSteps: number,
): number {
  if (schedule === 'constant') return peak;
  const start = peak / startDivisor;
  const end = start / endDivisor;
  const top = Math.max(1, warmUpShare * totalSteps - 1);
  const last = Math.max(top + 1, totalSteps - 1);
  const position = Math.min(step, last);
  return position <= top
    ? betweenByCosine(start, peak, position / top)
    : betweenByCosine(peak, end, (position - top) / (last - top));
}

/**
 * Whether a validation loss that no longer falls means anything at this rate. In the fast part of a one-cycle it does
 * not: the loss is noisy there and falls once the rate does.
 */
export function isSettled(schedule: ScanSettings['schedule'], peak: number, rate: number): boolean {
  return schedule === 'constant' || rate < peak / 10;
}

function betweenByCosine(from: number, to: number, share: number): number {
  return to + ((from - to) / 2) * (1 + Math.cos(Math.PI * share));
}
