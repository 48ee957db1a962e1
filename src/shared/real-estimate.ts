/**
 * How many of the flagged images are really odd, without labels: the flagged ones less the false alarms to be expected
 * from the tail of the usual scores, corrected by what the person has found so far.
 */
import type { Decision } from './run';
import { limitedTail, longerTail, tailShare, type Tail } from './tail';

/** A column in falling order. */
export interface FallingScores {
  /** How many images have a score. */
  readonly scored: number;
  /** How many of them score at or above `threshold`. */
  countAtLeast(threshold: number): number;
  /** The score at a place from 0, the strangest first. */
  scoreAt(place: number): number;
}

export interface RealEstimate {
  /** Flagged images that have a score: what the others are the odd ones of. */
  readonly flagged: number;
  /** About so many of them are odd; between `low` and `high` in nine of ten cases. */
  readonly real: number;
  readonly low: number;
  readonly high: number;
}

/**
 * How many false alarms there are for each that the tail expects: a factor that is taken as gamma-distributed with this
 * mean and shape. Measured over the sets of bench/quality: a folder's own tail holds some odd ones and expects a few too
 * many; that of other images is theirs, and says less of these; where a group was left out, the usual ones told apart from
 * it reach somewhat farther than those that are left.
 */
const priors = { own: { factor: 0.8, shape: 3 }, others: { factor: 1, shape: 1.5 }, apart: { factor: 1, shape: 1.5 } };
const reachBesideGroup = 1.4;
/** Fewer images do not show a tail. */
const leastImages = 20;
/** Of the interval's ends. */
const [lowShare, highShare] = [0.05, 0.95];

export interface UsualTail {
  /** In the column's units. */
  readonly tail: Tail;
  /** Of the scored images themselves, or of others that are usual for sure. */
  readonly of: 'own' | 'others';
}

/**
 * @param decided place in the falling order and what the person said, for images that have a score
 * @returns undefined where nothing is known of the tail
 */
export function estimateReal(
  scores: FallingScores,
  { tail, of }: UsualTail,
  threshold: number,
  decided: Iterable<readonly [place: number, decision: Decision]>,
): RealEstimate | undefined {
  const above = scores.countAtLeast(threshold);
  const isApart = tail.apart !== undefined;
  const limited = isApart ? longerTail(tail, reachBesideGroup) : limitedTail(tail);
  const share = tailShare(limited, threshold);
  if (share === undefined || scores.scored < leastImages) return undefined;
  const usual = scores.scored - Math.max(0, above - scores.scored * share);
  /** False alarms to be expected in the first `places` places. */
  const expectedIn = (places: number): number =>
    places === 0 ? 0 : Math.min(places, usual * (tailShare(limited, scores.scoreAt(places - 1)) ?? 0));

  let [bad, reviewed, falseAlarms, expectedOfReviewed] = [0, 0, 0, 0];
  for (const [place, decision] of decided) {
    if (decision === 'bad') bad++;
    if (place >= above) continue;
    reviewed++;
    if (decision === 'good') falseAlarms++;
    expectedOfReviewed += expectedIn(place + 1) - expectedIn(place);
  }
  const unseen = above - reviewed;
  // Beyond the lowest flagged score, not beyond the line: where none lies between them, there is no false alarm.
  const expected = Math.max(0, fewestOf(above, expectedIn) - expectedOfReviewed);
  const prior = priors[isApart ? 'apart' : of];
  const shape = prior.shape + falseAlarms;
  const mean = (expected * shape) / (prior.shape / prior.factor + expectedOfReviewed);
  const realBy = (alarms: number) => bad + Math.max(0, unseen - alarms);
  return {
    flagged: bad + unseen,
    real: realBy(Math.round(mean)),
    low: realBy(countQuantile(mean, shape, highShare)),
    high: realBy(countQuantile(mean, shape, lowShare)),
  };
}

/**
 * What is odd among the strangest stays odd however many more are flagged: false alarms in all places are at most those
 * in the first few and all of the others. Looked at in steps of a tenth, so that a drag stays quick.
 */
function fewestOf(places: number, expectedIn: (places: number) => number): number {
  let fewest = places;
  for (let first = places; first > 0; first = Math.floor(first * 0.9)) {
    fewest = Math.min(fewest, expectedIn(first) + places - first);
  }
  return fewest;
}

/** From this mean on a count is as good as continuous, and its steps too many to go through in each frame of a drag. */
const countless = 300;
/** Of the standard normal distribution, for {@link highShare}. */
const normalHigh = 1.645;

/** Of a count that is Poisson-distributed about a gamma-distributed mean (negative binomial). */
function countQuantile(mean: number, shape: number, share: number): number {
  if (mean <= 0) return 0;
  const variance = mean + (mean * mean) / shape;
  if (mean > countless) {
    // A gamma distribution of this mean and variance (Wilson and Hilferty 1931).
    const order = (mean * mean) / variance;
    const normal = share < 0.5 ? -normalHigh : normalHigh;
    return Math.round(mean * Math.max(0, 1 - 1 / (9 * order) + normal / (3 * Math.sqrt(order))) ** 3);
  }
  const success = shape / (shape + mean);
  let probability = success ** shape;
  let total = probability;
  let count = 0;
  for (const most = mean + 40 * Math.sqrt(variance); total < share && count < most; count++) {
    probability *= ((count + shape) / (count + 1)) * (1 - success);
    total += probability;
  }
  return count;
}
