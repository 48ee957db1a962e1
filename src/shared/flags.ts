/** The one place that says which images are flagged: the panel, the command line and the exports all ask here. */
import type { Decision } from './run';

export interface FlagInput {
  /** NaN: the image could not be read. */
  readonly scores: ArrayLike<number>;
  readonly threshold: number;
  /** Content hashes in the same order; an empty one never matches a decision. */
  readonly hashes: readonly string[];
  /** What happens to images that cannot be read. */
  readonly unreadable: 'flag' | 'keep';
  /** A person's decisions by content hash; they outrank the threshold. */
  readonly decisions: Readonly<Record<string, Decision>>;
}

/** One byte an image, 1: flagged. A score equal to the threshold is flagged. */
export function flagImages(input: FlagInput): Uint8Array {
  const { scores, threshold, hashes, decisions } = input;
  const withoutScore = input.unreadable === 'flag' ? 1 : 0;
  const flags = new Uint8Array(scores.length);
  for (let i = 0; i < flags.length; i++) {
    const decision = decisionOn(hashes[i], decisions);
    if (decision !== undefined) flags[i] = decision === 'bad' ? 1 : 0;
    else {
      const score = scores[i] ?? NaN;
      flags[i] = Number.isNaN(score) ? withoutScore : score >= threshold ? 1 : 0;
    }
  }
  return flags;
}

/** What a person decided on the image with this content, if anything. */
export function decisionOn(
  hash: string | undefined,
  decisions: Readonly<Record<string, Decision>>,
): Decision | undefined {
  return hash === undefined || hash === '' ? undefined : decisions[hash];
}

/** Of the flagged images, in the order of the data set. */
export function flaggedIndexes(flags: Uint8Array): number[] {
  return [...flags.keys()].filter((index) => flags[index] === 1);
}

export function countFlagged(flags: Uint8Array): number {
  let count = 0;
  for (const flag of flags) count += flag;
  return count;
}
