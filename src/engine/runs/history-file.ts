/**
 * history.json: what can be taken back of a review. It stands beside review.json, which stays small and readable, and
 * holds only for the very review it was written with: whatever else changes that leaves nothing to take back.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { nearestHistory, reviewHistorySchema, type ReviewHistory } from '../../shared/review-history';
import type { Review } from '../../shared/run';
import { writeAtomically } from './atomic';
import { sortedJson } from './sorted-json';

const historyFileName = 'history.json';
/** Some 1.6 MB of text. */
const mostDecisions = 20_000;

const fileSchema = v.object({
  version: v.literal(1),
  /** SHA-256 of what the review says. */
  review: v.string(),
  ...reviewHistorySchema.entries,
});

/** Undefined where there is none that belongs to `review`. Nothing is lost with it but the way back. */
export async function readHistoryFile(folder: string, review: Review): Promise<ReviewHistory | undefined> {
  const text = await readFile(path.join(folder, historyFileName), 'utf8').catch(() => '');
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), fileSchema), text);
  if (!parsed.success || parsed.output.review !== fingerprint(review)) return undefined;
  const { done, undone } = parsed.output;
  return { done, undone };
}

/** Behind the review itself, so that a crash between the two leaves no history of another review. */
export async function writeHistoryFile(folder: string, review: Review, history: ReviewHistory): Promise<void> {
  const kept = { version: 1, review: fingerprint(review), ...nearestHistory(history, mostDecisions) };
  await writeAtomically(path.join(folder, historyFileName), `${JSON.stringify(kept)}\n`);
}

function fingerprint(review: Review): string {
  return createHash('sha256').update(sortedJson(review)).digest('hex');
}
