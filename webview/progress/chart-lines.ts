/** Lines of values by epoch, in a box of {@link chartWidth} × {@link chartHeight} units that is stretched as needed. */
import { svg, type SVGTemplateResult } from 'lit';
import type { EpochReport } from '../../src/shared/run';

export const chartWidth = 300;
export const chartHeight = 60;

type Pick = (report: EpochReport) => number | undefined;
export type Place = (value: number) => number;

/** `last` is the epoch at the right edge. */
export function xOfEpoch(epoch: number, last: number): number {
  return ((epoch - 1) / (last - 1)) * chartWidth;
}

/** One point a chart unit at most: a run may have thousands of epochs. */
export function linePath(epochs: readonly EpochReport[], last: number, pick: Pick, place: Place): string {
  const known = epochs.filter((report) => Number.isFinite(pick(report) ?? NaN));
  const stride = Math.max(1, Math.ceil(known.length / chartWidth));
  const points = known
    .filter((_report, position) => position % stride === 0 || position === known.length - 1)
    .map((report) => `${xOfEpoch(report.epoch, last).toFixed(1)} ${place(pick(report) ?? NaN).toFixed(1)}`);
  // A single epoch is a dot, drawn as a line of no length.
  if (points.length === 1) return `M${points[0] ?? ''}h1`;
  return points.length === 0 ? '' : `M${points.join('L')}`;
}

/** A vertical line at an epoch; nothing without one. */
export function epochMark(name: string, epoch: number | undefined, last: number): SVGTemplateResult {
  const x = epoch === undefined ? -10 : xOfEpoch(epoch, last);
  return svg`<path class=${name} d=${`M${x.toFixed(1)} 0V${chartHeight}`} />`;
}

/** Places values by their logarithm. */
export function logHeight(values: readonly number[]): Place {
  const toLog = (value: number) => Math.log(Math.max(value, 1e-12));
  const heightOf = linearHeight(values.map(toLog));
  return (value) => heightOf(toLog(value));
}

export function linearHeight(values: readonly number[]): Place {
  const finite = values.filter(Number.isFinite);
  const low = finite.reduce((least, value) => Math.min(least, value), Infinity);
  const high = finite.reduce((most, value) => Math.max(most, value), -Infinity);
  if (!(high > low)) return () => chartHeight / 2;
  return (value) => chartHeight - 2 - ((value - low) / (high - low)) * (chartHeight - 4);
}
