/** What the panel keeps with the editor's `setState`, so that a reload changes nothing on the screen. */
import * as v from 'valibot';
import type { PanelSavedState } from '../../src/shared/contracts';
import type { Review } from '../../src/shared/run';
import { thresholdSettingSchema } from '../../src/shared/settings';
import type { UndoStep } from '../model/review-book';
import { viewStateSchema, type ViewState } from '../model/view-state';

const decisionSchema = v.picklist(['bad', 'good']);
const reviewSchema = v.object({
  version: v.literal(1),
  score: v.string(),
  threshold: thresholdSettingSchema,
  unreadable: v.picklist(['flag', 'keep']),
  decisions: v.record(v.string(), decisionSchema),
});
const undoSchema = v.object({
  score: v.exactOptional(v.string()),
  threshold: v.exactOptional(thresholdSettingSchema),
  unreadable: v.exactOptional(v.picklist(['flag', 'keep'])),
  decisions: v.exactOptional(v.record(v.string(), v.picklist(['bad', 'good', 'none']))),
  focus: v.exactOptional(v.number()),
});
const savedSchema = v.object({
  runFolder: v.string(),
  view: viewStateSchema,
  undo: v.array(undoSchema),
  /** A review that was not yet known to be on disk when the panel went away. */
  unsaved: v.exactOptional(reviewSchema),
});

export interface SavedState extends PanelSavedState {
  readonly view: ViewState;
  readonly undo: readonly UndoStep[];
  readonly unsaved?: Review;
}

/** Steps kept across a reload: the editor stores them as text. */
const longestSavedHistory = 50;

/** Undefined when there is none, or one of another version: the panel then starts afresh. */
export function readSavedState(stored: unknown): SavedState | undefined {
  const parsed = v.safeParse(savedSchema, stored);
  return parsed.success ? parsed.output : undefined;
}

export function makeSavedState(
  runFolder: string,
  view: ViewState,
  history: readonly UndoStep[],
  unsaved: Review | undefined,
): SavedState {
  const state = { runFolder, view, undo: history.slice(-longestSavedHistory) };
  return unsaved ? { ...state, unsaved } : state;
}
