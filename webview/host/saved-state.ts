/** What the panel keeps with the editor's `setState`, so that a reload changes nothing on the screen. */
import * as v from 'valibot';
import type { PanelSavedState } from '../../src/shared/contracts';
import { nearestHistory, reviewHistorySchema } from '../../src/shared/review-history';
import { thresholdSettingSchema } from '../../src/shared/settings';
import { viewStateSchema, type ViewState } from '../model/view-state';
import type { UnsavedReview } from '../model/panel-model';

const decisionSchema = v.picklist(['bad', 'good']);
const reviewSchema = v.object({
  version: v.literal(1),
  score: v.string(),
  threshold: thresholdSettingSchema,
  unreadable: v.picklist(['flag', 'keep']),
  decisions: v.record(v.string(), decisionSchema),
  learn: v.exactOptional(v.boolean()),
});
const savedSchema = v.object({
  runFolder: v.string(),
  view: viewStateSchema,
  /** What was not yet known to be on disk when the panel went away. */
  unsaved: v.exactOptional(
    v.object({ review: reviewSchema, history: reviewHistorySchema, before: v.exactOptional(reviewSchema) }),
  ),
});

export interface SavedState extends PanelSavedState {
  readonly view: ViewState;
  readonly unsaved?: UnsavedReview;
}

/** The editor stores them as text with every change. */
const mostSavedDecisions = 5000;

/** Undefined when there is none, or one of another version: the panel then starts afresh. */
export function readSavedState(stored: unknown): SavedState | undefined {
  const parsed = v.safeParse(savedSchema, stored);
  return parsed.success ? parsed.output : undefined;
}

export function makeSavedState(runFolder: string, view: ViewState, unsaved: UnsavedReview | undefined): SavedState {
  if (!unsaved) return { runFolder, view };
  return { runFolder, view, unsaved: { ...unsaved, history: nearestHistory(unsaved.history, mostSavedDecisions) } };
}
