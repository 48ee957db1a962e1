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
  learn: v.exactOptional(v.boolean()),
});
const undoSchema = v.object({
  score: v.exactOptional(v.string()),
  threshold: v.exactOptional(thresholdSettingSchema),
  unreadable: v.exactOptional(v.picklist(['flag', 'keep'])),
  decisions: v.exactOptional(v.record(v.string(), v.picklist(['bad', 'good', 'none']))),
  learn: v.exactOptional(v.boolean()),
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

/** Decisions in the steps kept across a reload: the editor stores them as text, about 80 bytes each. */
const mostSavedDecisions = 5000;
const longestSavedHistory = 2000;

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
  const state = { runFolder, view, undo: newestSteps(history) };
  return unsaved ? { ...state, unsaved } : state;
}

function newestSteps(history: readonly UndoStep[]): readonly UndoStep[] {
  let decisions = 0;
  const tooOld = history.findLastIndex((step) => {
    decisions += Object.keys(step.decisions ?? {}).length;
    return decisions > mostSavedDecisions;
  });
  return history.slice(Math.max(tooOld + 1, history.length - longestSavedHistory));
}
