/** Thresholds from the shape of the scores alone: how far usual ones reach, and where a second group begins. */
import { quantileOfSorted, robustDeviationOfSorted, upperDeviationOfSorted } from './statistics';

/** What of a column says how far its usual scores reach: the median, and two quantiles that few anomalies reach. */
export interface Tail {
  readonly median: number;
  /** Robust deviations of the upper half, or of both, whichever is larger. */
  readonly deviation: number;
  readonly upperQuartile: number;
  readonly ninetieth: number;
  /** Told by images that are usual for sure, and moved to where the scored ones lie, which were trained on as well. */
  readonly joined?: true;
  /** The share of the scored images that stands apart as a group and is left out; absent: none is seen. */
  readonly apart?: number;
}

export function tailOf(sorted: Float64Array): Tail {
  return {
    median: quantileOfSorted(sorted, 0.5),
    deviation: Math.max(robustDeviationOfSorted(sorted), upperDeviationOfSorted(sorted)),
    upperQuartile: quantileOfSorted(sorted, 0.75),
    ninetieth: quantileOfSorted(sorted, 0.9),
  };
}

/**
 * Of images that are usual for sure, where the scored ones were learned beside them, which may have been taken
 * differently: it begins where that of the scored ones begins, and is longer by the root of how much wider these spread,
 * as odd ones among them may be why. @param scored ascending
 */
export function joinedTail(usual: Tail, scored: Float64Array): Tail {
  const [median, upperQuartile] = [quantileOfSorted(scored, 0.5), quantileOfSorted(scored, 0.75)];
  const farther = Math.max(0, upperQuartile - usual.upperQuartile);
  const spread = usual.upperQuartile - usual.median;
  const wider = spread > 0 ? Math.sqrt(Math.max(1, (upperQuartile - median) / spread)) : 1;
  return {
    median: usual.median + farther,
    deviation: usual.deviation * wider,
    upperQuartile: usual.upperQuartile + farther,
    ninetieth: usual.upperQuartile + farther + wider * (usual.ninetieth - usual.upperQuartile),
    joined: true,
  };
}

/**
 * The score that the share `share` of usual images is expected to exceed, by an exponential tail (a generalised Pareto
 * distribution of shape 0; Pickands 1975) through the upper quartile and the 90th percentile. Infinite when these two
 * are equal: then nothing is known of the tail.
 */
export function tailQuantile(tail: Tail, share: number): number {
  const { upperQuartile } = tail;
  const scale = tailScale(tail);
  return scale > 0 ? upperQuartile + scale * Math.log(0.25 / share) : Infinity;
}

/** Where more than a tenth is odd the tail is theirs; so many deviations of the upper half are beyond any usual image. */
const farOutFactor = 6;
/** The share of usual images that lies beyond it at most. */
const farOutShare = 0.01;

/** The tail made steeper, where needed, so that at most one usual image in a hundred lies six deviations out. */
export function limitedTail(tail: Tail): Tail {
  const farOut = tail.deviation > 0 ? tail.median + farOutFactor * tail.deviation : Infinity;
  if (tailQuantile(tail, farOutShare) <= farOut || !Number.isFinite(farOut)) return tail;
  const scale = (farOut - tail.upperQuartile) / Math.log(0.25 / farOutShare);
  return { ...tail, ninetieth: tail.upperQuartile + scale * Math.log(0.25 / 0.1) };
}

/** Scores become rarer so many times as slowly beyond the upper quartile. */
export function longerTail(tail: Tail, times: number): Tail {
  return { ...tail, ninetieth: tail.upperQuartile + times * (tail.ninetieth - tail.upperQuartile) };
}

/** The share of usual images expected at or above `score`, by the same tail; undefined where nothing is known of it. */
export function tailShare(tail: Tail, score: number): number | undefined {
  const scale = tailScale(tail);
  return scale > 0 ? Math.min(1, 0.25 * Math.exp((tail.upperQuartile - score) / scale)) : undefined;
}

/** The way on which scores become e times rarer by the exponential tail; not above 0 where nothing is known of it. */
export function tailScale({ upperQuartile, ninetieth }: Pick<Tail, 'upperQuartile' | 'ninetieth'>): number {
  return (ninetieth - upperQuartile) / Math.log(0.25 / 0.1);
}

const mostSteps = 300;
const settled = 1e-5;
/** From here on, in deviations, a score is taken for odd at first. */
const firstOdd = 4;
const firstMembership = 0.9;

/**
 * Where a score is as likely odd as usual in a mixture of two Gaussians by EM. The usual one is held at the tail's
 * median and deviation, which the odd ones hardly move; the odd one is free, but at least as wide. Infinite when no
 * second group is found.
 */
export function mixtureBoundary(sorted: Float64Array, { median, deviation }: Tail): number {
  const usualVariance = deviation ** 2;
  let odd = sorted.map((score) => (score > median + firstOdd * deviation ? firstMembership : 0));
  if (!(deviation > 0) || !odd.some((membership) => membership > 0)) return Infinity;
  for (let step = 0; step < mostSteps; step++) {
    const total = odd.reduce((sum, membership) => sum + membership, 0);
    const mean = weighted(sorted, odd, (score) => score) / total;
    const variance = Math.max(weighted(sorted, odd, (score) => (score - mean) ** 2) / total, usualVariance);
    const prior = Math.log(total / Math.max(sorted.length - total, Number.MIN_VALUE));
    const next = sorted.map((score) => {
      if (score < median) return 0;
      const logOdds =
        prior -
        0.5 * Math.log(variance / usualVariance) -
        (score - mean) ** 2 / (2 * variance) +
        (score - median) ** 2 / (2 * usualVariance);
      return 1 / (1 + Math.exp(-logOdds));
    });
    const change = next.reduce(
      (most, membership, place) => Math.max(most, Math.abs(membership - (odd[place] ?? 0))),
      0,
    );
    odd = next;
    if (change < settled) break;
  }
  return sorted.find((_, place) => (odd[place] ?? 0) > 0.5) ?? Infinity;
}

function weighted(values: Float64Array, weights: Float64Array, of: (value: number) => number): number {
  return values.reduce((sum, value, place) => sum + (weights[place] ?? 0) * of(value), 0);
}
