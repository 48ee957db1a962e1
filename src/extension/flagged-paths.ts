import { compositeScore } from '../shared/score-names';
import { countFlagged, flagImages } from '../shared/flags';
import type { RunSnapshot } from '../shared/run';
import { chooseThreshold } from '../shared/thresholds';

/** The paths of the flagged images as the review stands, in data-set order. Throws `settings-invalid` as thresholds do. */
export function flaggedPaths(snapshot: RunSnapshot): string[] {
  const flags = flagsOf(snapshot);
  return snapshot.paths.filter((_path, index) => flags[index] === 1);
}

export function countFlaggedImages(snapshot: RunSnapshot): number {
  return countFlagged(flagsOf(snapshot));
}

function flagsOf(snapshot: RunSnapshot): Uint8Array {
  const { review, hashes } = snapshot;
  const column = snapshot.scores[review.score] ? review.score : compositeScore;
  const scores = snapshot.scores[column] ?? new Float32Array(snapshot.paths.length).fill(NaN);
  const known = snapshot.knownScores?.[column];
  const threshold = chooseThreshold(review.threshold, known ? { scores, known } : { scores }).value;
  return flagImages({ scores, threshold, hashes, unreadable: review.unreadable, decisions: review.decisions });
}
