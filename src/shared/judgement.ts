/** What a run's review means for its images: the chosen score column, the threshold in force and the flags. */
import * as l10n from '@vscode/l10n';
import { UserError } from './errors';
import { countFlagged, decisionOn, flagImages } from './flags';
import { ownTail } from './own-tail';
import { RankedScores } from './ranked-scores';
import { estimateReal, type RealEstimate, type UsualTail } from './real-estimate';
import type { RunSnapshot } from './run';
import { compositeScore, taughtScore } from './score-names';
import { sortedNumbers } from './statistics';
import type { Tail } from './tail';
import { isShifted, thresholdReason } from './threshold-reasons';
import { chooseThreshold } from './thresholds';
import type { ChosenThreshold, ThresholdInput } from './thresholds';

export interface Judgement {
  /** Name of the column in force. */
  readonly score: string;
  readonly scores: Float32Array;
  readonly threshold: ChosenThreshold;
  /** One byte an image, 1: flagged. */
  readonly flags: Uint8Array;
  readonly flagged: number;
}

type Judged = Pick<RunSnapshot, 'scores' | 'hashes' | 'review' | 'knownScores' | 'usualScores' | 'labels'> &
  Partial<Pick<RunSnapshot, 'record'>>;

/**
 * Applies the review to the score columns; undefined while there are none. Before the network's scores are there, the
 * baseline stands in for the composite and for columns still to come. Labels are the run's own unless others are given.
 * Throws `settings-invalid` when the review names a column the finished run lacks, or its threshold needs labels or
 * known anomalies that are not given.
 */
export function judge(
  snapshot: Judged,
  labels: ArrayLike<number> | undefined = snapshot.labels,
): Judgement | undefined {
  const { review } = snapshot;
  const score = columnInForce(review.score, Object.keys(snapshot.scores));
  const scores = score === undefined ? undefined : snapshot.scores[score];
  if (score === undefined || scores === undefined) return undefined;
  const threshold = chooseThreshold(review.threshold, thresholdInput(snapshot, score, scores, labels));
  const flags = flagImages({
    scores,
    threshold: threshold.value,
    hashes: snapshot.hashes,
    unreadable: review.unreadable,
    decisions: review.decisions,
  });
  return { score, scores, threshold, flags, flagged: countFlagged(flags) };
}

/** Why the threshold lies where it lies, and how many of the flagged are odd, as far as the scores tell. */
export interface Explanation {
  readonly reason: string;
  /** Absent where the tail of the usual scores is not known, or is not that of these images. */
  readonly estimate?: RealEstimate;
}

export function explain(snapshot: Judged, { score, scores, threshold }: Judgement): Explanation {
  const input = thresholdInput(snapshot, score, scores, snapshot.labels);
  const ranking = new RankedScores(scores);
  const { decisions } = snapshot.review;
  const decided = [...ranking.order.subarray(0, ranking.scored)].flatMap((index, place) => {
    const decision = decisionOn(snapshot.hashes[index], decisions);
    return decision ? [[place, decision] as const] : [];
  });
  const tail = usualTailOf(sortedNumbers(scores), input.usual);
  const estimate = tail && estimateReal(ranking, tail, threshold.value, decided);
  return { reason: thresholdReason(threshold, input), ...(estimate && { estimate }) };
}

/** What says how many usual images lie beyond a line; undefined where the images trained on say nothing of these. */
export function usualTailOf(sorted: Float64Array, usual: Tail | undefined): UsualTail | undefined {
  if (!usual) return { tail: ownTail(sorted), of: 'own' };
  return isShifted(sorted, usual) ? undefined : { tail: usual, of: 'others' };
}

function thresholdInput(
  snapshot: Judged,
  score: string,
  scores: Float32Array,
  labels: ArrayLike<number> | undefined,
): ThresholdInput {
  // Where no mark speaks, the taught column is the composite: what is known of that holds for it.
  const source = score === taughtScore ? compositeScore : score;
  const known = snapshot.knownScores?.[source];
  const normals = snapshot.usualScores?.[source];
  const usualOf = (column: string) => snapshot.record?.scores.find(({ name }) => name === column)?.usual;
  const usual = usualOf(score);
  const untaught = score === taughtScore ? untaughtScores(snapshot.scores, usualOf(compositeScore)) : undefined;
  return {
    scores,
    ...(untaught && { untaught }),
    ...(labels && { labels }),
    ...(known && { known }),
    ...(normals && { normals }),
    ...(usual && { usual }),
  };
}

/** What the corrected scores were without marks: {@link ThresholdInput.untaught}. */
export function untaughtScores(
  columns: RunSnapshot['scores'],
  usual: Tail | undefined,
): ThresholdInput['untaught'] | undefined {
  const scores = columns[compositeScore];
  return scores && { scores, ...(usual && { usual }) };
}

/**
 * The column that a wished name (`auto`: the composite) stands for; undefined when there are no columns yet. While nothing
 * is learned from marks, the composite stands in for what they teach.
 */
export function columnInForce(wished: string, columns: readonly string[]): string | undefined {
  const isUntaught = wished === taughtScore && !columns.includes(taughtScore);
  const name = wished === 'auto' || isUntaught ? compositeScore : wished;
  if (columns.includes(name)) return name;
  if (!columns.includes(compositeScore)) return columns[0];
  throw new UserError(
    'settings-invalid',
    l10n.t('This run has no score “{0}”; choose one of {1}.', name, columns.join(', ')),
  );
}
