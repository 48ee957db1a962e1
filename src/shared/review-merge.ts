/** Two people, windows or programs that change the same review: nothing that one of them said is lost. */
import type { Decision, Review } from './run';

/**
 * What `mine` changed of `before`, put on top of `theirs`, which came of `before` meanwhile. Where both changed the same,
 * `mine` holds.
 */
export function mergeReviews(before: Review, mine: Review, theirs: Review): Review {
  // What is learned from marks is a score: one goes with the other.
  const isScoreMine = before.score !== mine.score || learns(before) !== learns(mine);
  const { score, learn } = isScoreMine ? mine : theirs;
  return {
    version: 1,
    score,
    threshold: isSameThreshold(before, mine) ? theirs.threshold : mine.threshold,
    unreadable: before.unreadable === mine.unreadable ? theirs.unreadable : mine.unreadable,
    decisions: mergeDecisions(before.decisions, mine.decisions, theirs.decisions),
    ...(learn !== undefined && { learn }),
  };
}

export function isSameReview(one: Review, other: Review): boolean {
  return (
    one.score === other.score &&
    one.unreadable === other.unreadable &&
    learns(one) === learns(other) &&
    isSameThreshold(one, other) &&
    changedHashes(one.decisions, other.decisions).length === 0
  );
}

type Decisions = Review['decisions'];

function mergeDecisions(before: Decisions, mine: Decisions, theirs: Decisions): Decisions {
  const decisions = new Map<string, Decision>(Object.entries(theirs));
  for (const hash of changedHashes(before, mine)) {
    const decision = mine[hash];
    if (decision === undefined) decisions.delete(hash);
    else decisions.set(hash, decision);
  }
  return Object.fromEntries(decisions);
}

function changedHashes(before: Decisions, after: Decisions): string[] {
  const changed = Object.keys(after).filter((hash) => before[hash] !== after[hash]);
  const gone = Object.keys(before).filter((hash) => after[hash] === undefined);
  return [...changed, ...gone];
}

function learns({ learn }: Review): boolean {
  return learn === true;
}

function isSameThreshold({ threshold: one }: Review, { threshold: other }: Review): boolean {
  return one.method === other.method && one.parameter === other.parameter;
}
