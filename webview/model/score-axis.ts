/** A horizontal axis for scores: straight, or compressed like a logarithm on both sides of 0 when the tail is long. */
export interface ScoreAxis {
  readonly min: number;
  readonly max: number;
  /** 0 at `min`, 1 at `max`; clamped. */
  shareOf(score: number): number;
  scoreAt(share: number): number;
  readonly ticks: readonly number[];
}

/** Beyond this range a straight axis would leave the usual images a few pixels. */
const longestStraight = 30;
/** Scores up to about here are spread nearly evenly on a compressed axis. */
const evenUpTo = 4;

export function scoreAxis(lowest: number, highest: number): ScoreAxis {
  const known = Number.isFinite(lowest) && Number.isFinite(highest);
  const min = known ? Math.min(lowest, 0) : 0;
  const max = known ? Math.max(highest, min + 1) * (highest > 0 ? 1.02 : 1) : 10;
  const straight = max - min <= longestStraight;
  const forward = straight ? (score: number) => score : (score: number) => Math.asinh(score / evenUpTo);
  const back = straight ? (place: number) => place : (place: number) => Math.sinh(place) * evenUpTo;
  const start = forward(min);
  const length = forward(max) - start;
  return {
    min,
    max,
    shareOf: (score) => Math.min(1, Math.max(0, (forward(score) - start) / length)),
    scoreAt: (share) => back(start + Math.min(1, Math.max(0, share)) * length),
    ticks: straight ? straightTicks(min, max) : compressedTicks(min, max),
  };
}

function straightTicks(min: number, max: number): number[] {
  const step = [0.1, 0.2, 0.5, 1, 2, 5, 10].find((candidate) => (max - min) / candidate <= 8) ?? 10;
  const ticks: number[] = [];
  for (let place = Math.ceil(min / step); place * step <= max; place++) ticks.push(Number((place * step).toFixed(2)));
  return ticks;
}

function compressedTicks(min: number, max: number): number[] {
  const positive: number[] = [];
  for (let decade = 1; decade <= max || decade <= -min; decade *= 10)
    positive.push(2 * decade, 5 * decade, 10 * decade);
  const negative = positive.filter((tick) => -tick >= min).map((tick) => -tick);
  return [...negative.reverse(), 0, ...positive.filter((tick) => tick <= max)];
}
