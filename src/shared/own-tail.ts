/**
 * How far a folder's usual images reach, told by its own scores though many of its images may be odd: beyond the 40th
 * percentile the usual ones fade out exponentially, and odd ones are a hump of their own farther out.
 */
import { quantileOfSorted } from './statistics';
import { type Tail, tailOf } from './tail';

/** Below it there are usual images only, unless most are odd; above it their scores fade out evenly. */
const fadesFrom = 0.4;
/**
 * Odd ones are gamma-distributed with this shape, so that hardly one lies where most usual ones do, about a mean that lies
 * so many times the usual ones' farther out: else a bend in the usual tail would pass for a group.
 */
const humpShape = 4;
const leastDistance = 4;
const logGammaOfShape = Math.log(6);
/** Fewer odd ones hardly reach the two quantiles that the tail is told by otherwise. */
const leastApart = 0.06;
/** More of them, and it cannot be said which are the usual ones. */
const mostApart = 0.45;
/** How much likelier two groups must be than one, as a logarithm. */
const leastGain = 5;
/** Where the search begins: so large a share is taken for odd. */
const firstShares = [0.05, 0.25];
const firstMembership = 0.9;
const mostSteps = 200;
const settled = 1e-4;
/** Some scores that stand for all: enough for a group of a twentieth, few enough while a line is dragged. */
const mostPoints = 1024;
const fewestPoints = 20;

/** The tail of `sorted` less the images that stand apart from the others as a group, {@link Tail.apart} of all. */
export function ownTail(sorted: Float64Array): Tail {
  const whole = tailOf(sorted);
  const points = evenlySpaced(sorted);
  const from = quantileOfSorted(points, fadesFrom);
  const reach = points.filter((score) => score > from).map((score) => score - from);
  if (reach.length < fewestPoints) return whole;
  const one = logLikelihoodOfOne(reach);
  const found = firstShares
    .flatMap((share) => separate(reach, Math.min(0.9, (share * points.length) / reach.length)) ?? [])
    .reduce<Fade | undefined>(
      (best, next) => (best && best.logLikelihood >= next.logLikelihood ? best : next),
      undefined,
    );
  if (!found || !(found.logLikelihood - one >= leastGain)) return whole;
  const apart = (found.share * reach.length) / points.length;
  if (apart < leastApart || apart > mostApart) return whole;
  const fading = ((1 - found.share) * reach.length) / (points.length * (1 - apart));
  /** The score that so large a share of the usual images exceeds. */
  const exceededBy = (share: number) =>
    share <= fading
      ? from + found.scale * Math.log(fading / share)
      : quantileOfSorted(sorted, (1 - share) * (1 - apart));
  const [middle, upperQuartile, ninetieth] = [exceededBy(0.5), exceededBy(0.25), exceededBy(0.1)];
  return { median: middle, deviation: (upperQuartile - middle) / 0.6745, upperQuartile, ninetieth, apart };
}

/** Order statistics at even distances, all of them where they are few. */
function evenlySpaced(sorted: Float64Array): Float64Array {
  if (sorted.length <= mostPoints) return sorted;
  return Float64Array.from(
    { length: mostPoints },
    (_, place) => sorted[Math.floor(((place + 0.5) * sorted.length) / mostPoints)] ?? NaN,
  );
}

function logLikelihoodOfOne(reach: Float64Array): number {
  return -reach.length * (Math.log(mean(reach, () => 1)) + 1);
}

interface Fade {
  /** Mean distance of the usual ones from where they begin to fade out. */
  readonly scale: number;
  /** Of the points: how many are odd. */
  readonly share: number;
  readonly logLikelihood: number;
}

/** An exponential and a gamma distribution by expectation–maximisation. @param reach ascending, positive */
function separate(reach: Float64Array, firstShare: number): Fade | undefined {
  const logarithms = reach.map(Math.log);
  const firstOdd = Math.floor((1 - firstShare) * reach.length);
  let odd = reach.map((_, place) => (place > firstOdd ? firstMembership : 0));
  let fade: Fade | undefined;
  for (let step = 0; step < mostSteps; step++) {
    const share = odd.reduce((sum, membership) => sum + membership, 0) / reach.length;
    if (!(share > 1e-4) || share > 1 - 1e-4) return undefined;
    const scale = mean(reach, (place) => 1 - (odd[place] ?? 0));
    const humpScale =
      Math.max(
        mean(reach, (place) => odd[place] ?? 0),
        leastDistance * scale,
      ) / humpShape;
    const usualAtZero = Math.log(1 - share) - Math.log(scale);
    const humpFactor = Math.log(share) - humpShape * Math.log(humpScale) - logGammaOfShape;
    let [logLikelihood, change] = [0, 0];
    const next = new Float64Array(reach.length);
    for (let place = 0; place < reach.length; place++) {
      const distance = reach[place] ?? 0;
      const usual = usualAtZero - distance / scale;
      const hump = humpFactor + (humpShape - 1) * (logarithms[place] ?? 0) - distance / humpScale;
      const most = Math.max(usual, hump);
      const both = most + Math.log(Math.exp(usual - most) + Math.exp(hump - most));
      next[place] = Math.exp(hump - both);
      logLikelihood += both;
      change = Math.max(change, Math.abs((next[place] ?? 0) - (odd[place] ?? 0)));
    }
    odd = next;
    fade = { scale, share, logLikelihood };
    if (change < settled) break;
  }
  return fade;
}

function mean(values: Float64Array, weight: (place: number) => number): number {
  let [sum, total] = [0, 0];
  for (let place = 0; place < values.length; place++) {
    total += weight(place);
    sum += weight(place) * (values[place] ?? 0);
  }
  return sum / total;
}
