/** What a run's review means for its images: the chosen score column, the threshold in force and the flags. */
import { UserError } from './errors';
import { countFlagged, flagImages } from './flags';
import type { RunSnapshot } from './run';
import { compositeScore } from './score-names';
import { chooseThreshold } from './thresholds';
import type { ChosenThreshold } from './thresholds';

export interface Judgement {
  /** Name of the column in force. */
  readonly score: string;
  readonly scores: Float32Array;
  readonly threshold: ChosenThreshold;
  /** One byte an image, 1: flagged. */
  readonly flags: Uint8Array;
  readonly flagged: number;
}

/**
 * Applies the review to the score columns; undefined while there are none. Before the network's scores are there, the
 * baseline stands in for the composite and for columns still to come. Labels are the run's own unless others are given.
 * Throws `settings-invalid` when the review names a column the finished run lacks, or its threshold needs labels or
 * known anomalies that are not given.
 */
export function judge(
  snapshot: Pick<RunSnapshot, 'scores' | 'hashes' | 'review' | 'knownScores' | 'labels'> &
    Partial<Pick<RunSnapshot, 'record'>>,
  labels: ArrayLike<number> | undefined = snapshot.labels,
): Judgement | undefined {
  const { review } = snapshot;
  const score = columnInForce(review.score, Object.keys(snapshot.scores));
  const scores = score === undefined ? undefined : snapshot.scores[score];
  if (score === undefined || scores === undefined) return undefined;
  const known = snapshot.knownScores?.[score];
  const usual = snapshot.record?.scores.find(({ name }) => name === score)?.usual;
  const threshold = chooseThreshold(review.threshold, {
    scores,
    ...(labels ? { labels } : {}),
    ...(known ? { known } : {}),
    ...(usual ? { usual } : {}),
  });
  const flags = flagImages({
    scores,
    threshold: threshold.value,
    hashes: snapshot.hashes,
    unreadable: review.unreadable,
    decisions: review.decisions,
  });
  return { score, scores, threshold, flags, flagged: countFlagged(flags) };
}

/** The column that a wished name (`auto`: the composite) stands for; undefined when there are no columns yet. */
export function columnInForce(wished: string, columns: readonly string[]): string | undefined {
  const name = wished === 'auto' ? compositeScore : wished;
  if (columns.includes(name)) return name;
  if (!columns.includes(compositeScore)) return columns[0];
  throw new UserError('settings-invalid', `This run has no score “${name}”; choose one of ${columns.join(', ')}.`);
}
