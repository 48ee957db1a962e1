/** Images whose label and flag say different things, the plainest first: there either the score is wrong or the label. */
import { countLeading } from './count-leading';
import { sortedNumbers } from './statistics';

export interface Disagreement {
  readonly index: number;
  readonly label: 0 | 1;
  readonly score: number;
  /**
   * 0–1: the share of the other label's images on the wrong side of it: for one labelled good, the bad ones that score
   * lower; for one labelled bad, the good ones that score higher.
   */
  readonly amount: number;
}

export interface DisagreementInput {
  /** NaN: without a score, and never among them. */
  readonly scores: ArrayLike<number>;
  /** 1 bad, 0 good, anything else without a label. */
  readonly labels: ArrayLike<number>;
  readonly flags: ArrayLike<number>;
  /** Whether a person has decided on an image: then it is settled. */
  readonly isDecided: (index: number) => boolean;
}

export function disagreements({ scores, labels, flags, isDecided }: DisagreementInput): Disagreement[] {
  const amountOf = disagreementAmounts(scores, labels);
  const found: Disagreement[] = [];
  for (let index = 0; index < labels.length; index++) {
    const label = labels[index];
    const score = scores[index] ?? NaN;
    if ((label !== 0 && label !== 1) || label === flags[index] || Number.isNaN(score) || isDecided(index)) continue;
    found.push({ index, label, score, amount: amountOf(index) });
  }
  return found.sort((a, b) => b.amount - a.amount || a.index - b.index);
}

/** How much the score of an image contradicts its label, see {@link Disagreement.amount}; 0 without label or score. */
export function disagreementAmounts(scores: ArrayLike<number>, labels: ArrayLike<number>): (index: number) => number {
  const scoresOf = (label: number) =>
    sortedNumbers(
      Float64Array.from({ length: labels.length }, (_, index) =>
        labels[index] === label ? (scores[index] ?? NaN) : NaN,
      ),
    );
  const [good, bad] = [scoresOf(0), scoresOf(1)];
  return (index) => {
    const score = scores[index] ?? NaN;
    const label = labels[index];
    if (Number.isNaN(score) || (label !== 0 && label !== 1)) return 0;
    const others = label === 0 ? bad : good;
    if (others.length === 0) return 0;
    const below = countLeading(others.length, (place) => (others[place] ?? NaN) < score);
    const level = countLeading(others.length, (place) => (others[place] ?? NaN) <= score) - below;
    const lower = below + level / 2;
    return (label === 0 ? lower : others.length - lower) / others.length;
  };
}
