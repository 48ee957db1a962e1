/** How sure ranks are: where each image would stand if any one of the scores said nothing. */
import { countLeading } from '../../shared/count-leading';
import { contributions } from './composite';

export interface RankRange {
  /** From 1, the strangest image. */
  readonly rank: number;
  readonly best: number;
  readonly worst: number;
  /** How many images are ranked. */
  readonly of: number;
}

/**
 * Leaving one score out says how much of a rank hangs on it, but all were made by one network. Half as much again both
 * ways covers 94 to 100 % of the ranks that another seed's network gave (on three sets, in the first fifth).
 */
const widening = 1.5;

export class RankRanges {
  private readonly sums: Float32Array;
  /** By part, [images]: what is left of the sum without it. */
  private readonly without: readonly Float32Array[];
  private readonly sorted: readonly Float32Array[];

  /** @param zColumns robust z by score name; an image without any is not ranked */
  constructor(zColumns: Readonly<Record<string, Float32Array>>, easyWeight: number) {
    const columns = Object.values(zColumns);
    const length = Math.max(0, ...columns.map((column) => column.length));
    const partsOf = (index: number) => contributions((score) => zColumns[score]?.[index], easyWeight);
    const names = partsOf(0).map(({ score }) => score);
    this.sums = new Float32Array(length).fill(NaN);
    this.without = names.map(() => new Float32Array(length).fill(NaN));
    for (let index = 0; index < length; index++) {
      if (columns.every((column) => Number.isNaN(column[index]))) continue;
      const parts = partsOf(index);
      const sum = parts.reduce((total, { amount }) => total + amount, 0);
      this.sums[index] = sum;
      parts.forEach(({ amount }, part) => {
        const rest = this.without[part];
        if (rest) rest[index] = sum - amount;
      });
    }
    this.sorted = [this.sums, ...this.without].map((column) => column.filter((sum) => !Number.isNaN(sum)).sort());
  }

  /** Undefined for an image that has no score. */
  of(index: number): RankRange | undefined {
    const [all = new Float32Array()] = this.sorted;
    const sum = this.sums[index] ?? NaN;
    if (Number.isNaN(sum)) return undefined;
    const rank = rankAmong(all, sum);
    const ranks = this.without.map((column, part) => rankAmong(this.sorted[part + 1] ?? all, column[index] ?? NaN));
    const best = Math.floor(Math.min(rank, ...ranks) / widening);
    const worst = Math.ceil(Math.max(rank, ...ranks) * widening);
    return { rank, best: Math.max(1, best), worst: Math.min(all.length, worst), of: all.length };
  }
}

/** One more than the number of those above. */
function rankAmong(sorted: Float32Array, sum: number): number {
  return sorted.length - countLeading(sorted.length, (place) => (sorted[place] ?? 0) <= sum) + 1;
}
