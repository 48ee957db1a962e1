/** How the panel is looked at, as opposed to what was decided: kept across reloads, never exported. */
import * as v from 'valibot';

/** The last three compare flags with labels. */
export const showChoices = [
  'all',
  'flagged',
  'kept',
  'bad',
  'good',
  'unreadable',
  'left-out',
  'disagrees',
  'missed',
  'false-alarm',
] as const;
export type Show = (typeof showChoices)[number];

export const smallestTile = 56;
export const largestTile = 320;

export const viewStateSchema = v.object({
  /**
   * `score`: the one that is thresholded; `score:<name>`: another column; `epoch:<number>`: the losses after an epoch;
   * `name`; `order`: of the data set; `disagreement`: how much score and label contradict each other.
   */
  sort: v.string(),
  show: v.picklist(showChoices),
  search: v.string(),
  /** Wished width of a tile in CSS pixels. */
  tileSize: v.pipe(v.number(), v.minValue(smallestTile), v.maxValue(largestTile)),
  /** Index of the image with the keyboard focus; -1 before there was one. */
  focused: v.pipe(v.number(), v.integer(), v.minValue(-1)),
  /** Index of the first image in view, to scroll back to; -1: the first of the list. */
  anchor: v.pipe(v.number(), v.integer(), v.minValue(-1)),
  compareOpen: v.boolean(),
  /** Bars of the histogram as logarithms of the counts. */
  logCounts: v.boolean(),
  /** Absent: open while the network trains. */
  chartOpen: v.exactOptional(v.boolean()),
  /** The code of the compared image is open to be edited. */
  latentOpen: v.exactOptional(v.boolean()),
  /** The ROC and precision-recall curves are drawn. */
  curvesOpen: v.exactOptional(v.boolean()),
  /** The table of threshold methods is open. */
  methodsOpen: v.exactOptional(v.boolean()),
});
export type ViewState = v.InferOutput<typeof viewStateSchema>;

export const initialView: ViewState = {
  sort: 'score',
  show: 'all',
  search: '',
  tileSize: 128,
  focused: -1,
  anchor: -1,
  compareOpen: false,
  logCounts: true,
};
