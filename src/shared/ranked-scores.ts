import { countLeading } from './count-leading';

/** One score column, sorted once, so that a count at any threshold is a binary search. */
export class RankedScores {
  /** Image indexes, strangest first; equal scores in data-set order; images without a score last. */
  readonly order: Uint32Array;
  /** By image index, from 1; 0 without a score. */
  readonly rank: Uint32Array;
  /** How many images have a score: they come first in {@link order}. */
  readonly scored: number;

  constructor(readonly column: Float32Array) {
    this.order = strangestFirst(column);
    this.rank = new Uint32Array(column.length);
    let scored = 0;
    for (const index of this.order) {
      if (Number.isNaN(this.scoreOf(index))) break;
      this.rank[index] = ++scored;
    }
    this.scored = scored;
  }

  /** NaN for an image without a score. */
  scoreOf(index: number): number {
    return this.column[index] ?? NaN;
  }

  /** The score at a place of {@link order}. */
  scoreAt(place: number): number {
    return this.scoreOf(this.order[place] ?? -1);
  }

  /** How many images score at or above `threshold`. */
  countAtLeast(threshold: number): number {
    return countLeading(this.scored, (place) => this.scoreAt(place) >= threshold);
  }

  get highest(): number {
    return this.scored === 0 ? NaN : this.scoreOf(this.order[0] ?? -1);
  }

  get lowest(): number {
    return this.scored === 0 ? NaN : this.scoreOf(this.order[this.scored - 1] ?? -1);
  }
}

/**
 * A comparator would make sorting 100,000 images cost several frames. Instead each image becomes one 64-bit number, its
 * score in the upper half and its index in the lower, and the built-in numeric sort does the rest.
 */
function strangestFirst(column: Float32Array): Uint32Array {
  const bits = new Uint32Array(column.slice().buffer);
  const keys = new BigUint64Array(column.length);
  const halves = new Uint32Array(keys.buffer); // little-endian on every platform that VS Code runs on
  for (let index = 0; index < column.length; index++) {
    const score = column[index] ?? NaN;
    const raw = score === 0 ? 0 : (bits[index] ?? 0); // -0 counts as 0
    // Float bits ascend like unsigned numbers once the sign is turned; complemented they descend.
    const ascending = raw >>> 31 === 1 ? ~raw >>> 0 : (raw | 0x80000000) >>> 0;
    halves[2 * index] = index;
    halves[2 * index + 1] = Number.isNaN(score) ? 0xffffffff : ~ascending >>> 0;
  }
  keys.sort();
  const order = new Uint32Array(column.length);
  for (let place = 0; place < order.length; place++) order[place] = halves[2 * place] ?? 0;
  return order;
}
