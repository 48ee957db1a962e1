/** What can be taken back of a review, and what can be done again. */
import * as v from 'valibot';
import { thresholdSettingSchema } from './settings';

/** How things were on the other side of a step; only what the step changed is there. */
const reviewStepSchema = v.object({
  score: v.exactOptional(v.string()),
  threshold: v.exactOptional(thresholdSettingSchema),
  unreadable: v.exactOptional(v.picklist(['flag', 'keep'])),
  decisions: v.exactOptional(v.record(v.string(), v.picklist(['bad', 'good', 'none']))),
  learn: v.exactOptional(v.boolean()),
  /** The image in focus, to go back to. */
  focus: v.exactOptional(v.number()),
});
export type ReviewStep = Readonly<v.InferOutput<typeof reviewStepSchema>>;

export const reviewHistorySchema = v.object({
  /** To take back, the newest last. */
  done: v.array(reviewStepSchema),
  /** To do again, the next one last. */
  undone: v.array(reviewStepSchema),
});
export interface ReviewHistory {
  readonly done: readonly ReviewStep[];
  readonly undone: readonly ReviewStep[];
}

export const noHistory: ReviewHistory = { done: [], undone: [] };

const mostSteps = 5000;

/**
 * The steps of either list that come first, with at most so many decisions in them; the very next one is always kept,
 * whatever it holds. A decision takes about 80 bytes as text.
 */
export function nearestHistory({ done, undone }: ReviewHistory, mostDecisions: number): ReviewHistory {
  return { done: nearestSteps(done, mostDecisions), undone: nearestSteps(undone, mostDecisions) };
}

function nearestSteps(steps: readonly ReviewStep[], mostDecisions: number): readonly ReviewStep[] {
  let decisions = 0;
  const tooFar = steps.findLastIndex((step, place) => {
    decisions += Object.keys(step.decisions ?? {}).length;
    return decisions > mostDecisions && place < steps.length - 1;
  });
  return steps.slice(Math.max(tooFar + 1, steps.length - mostSteps));
}
