/** The scores as a drawing: how many images stand at each, and where the line lies. */
import * as l10n from '@vscode/l10n';
import { median } from '../../../shared/statistics';
import { formatCount, formatScore } from './figures';
import { markup, type Markup } from './markup';

const bars = 72;
const width = 720;
const height = 150;

interface Bars {
  readonly low: number;
  /** Where the last bar begins to hold all that is higher, when there is any. */
  readonly high: number;
  readonly isCut: boolean;
  /** The first bar at or above the line. */
  readonly lineBar: number;
  readonly counts: readonly number[];
}

/** Empty when no image has a score. Heights are logarithms: a few odd images among many must be seen. */
export function histogram(scores: Float32Array, threshold: number): Markup {
  const shape = countBars(scores, threshold);
  if (!shape) return markup``;
  const { counts, lineBar, low, high, isCut } = shape;
  const most = Math.log1p(Math.max(...counts));
  const step = width / bars;
  const drawn = counts.map((count, bar) => {
    if (count === 0) return '';
    const tall = (Math.log1p(count) / most) * (height - 6);
    const kind = bar >= lineBar ? 'odd' : 'usual';
    return markup`<rect class="${kind}" x="${short(bar * step)}" y="${short(height - tall)}" width="${short(step - 1)}" height="${short(tall)}"/>`;
  });
  const line = short(lineBar * step);
  const words = l10n.t('Histogram of the scores, from {low} to {high}, with the threshold at {threshold}', {
    low: formatScore(low),
    high: formatScore(high),
    threshold: formatScore(threshold),
  });
  return markup`<div class="plot"><svg role="img" aria-label="${words}" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none">${drawn}<line class="line" x1="${line}" x2="${line}" y1="0" y2="${height}"/></svg>
<div class="axis"><span>${formatScore(low)}</span><span class="at" style="left:clamp(7rem,${short((lineBar / bars) * 100)}%,100% - 7rem)">${l10n.t('threshold {0}', formatScore(threshold))}</span><span>${isCut ? '≥ ' : ''}${formatScore(high)}</span></div></div>
<p class="soft">${l10n.t('Heights are logarithms; images in the tallest bar: {0}.', formatCount(Math.max(...counts)))}</p>`;
}

/** The line lies between two bars. What lies far beyond it is in the last one. */
function countBars(scores: Float32Array, threshold: number): Bars | undefined {
  const known = scores.filter((score) => Number.isFinite(score));
  if (known.length === 0) return undefined;
  let [low, top] = [Infinity, -Infinity];
  for (const score of known) [low, top] = [Math.min(low, score), Math.max(top, score)];
  const middle = median(known);
  const reach = threshold > middle ? middle + 4 * (threshold - middle) : top;
  const high = Math.min(top, Math.max(reach, low));
  const share = high > low ? Math.min(1, Math.max(0, (threshold - low) / (high - low))) : 0;
  const lineBar = Math.min(
    bars - (threshold <= high ? 1 : 0),
    Math.max(threshold > low ? 1 : 0, Math.round(share * bars)),
  );
  const counts = Array.from({ length: bars }, () => 0);
  for (const score of known) {
    const bar =
      score >= threshold
        ? lineBar + place(score, Math.max(threshold, low), high, bars - lineBar)
        : place(score, low, Math.min(threshold, high), lineBar);
    counts[bar] = (counts[bar] ?? 0) + 1;
  }
  return { low, high, isCut: top > high, lineBar, counts };
}

function place(score: number, from: number, to: number, among: number): number {
  const share = to > from ? (score - from) / (to - from) : 0;
  return Math.min(among - 1, Math.max(0, Math.floor(share * among)));
}

function short(value: number): string {
  return String(Math.round(value * 10) / 10);
}
