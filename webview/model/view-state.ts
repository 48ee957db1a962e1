/** How the panel is looked at, as opposed to what was decided: kept across reloads, never exported. */
import * as v from 'valibot';

export const showChoices = ['all', 'flagged', 'kept', 'bad', 'good', 'unreadable', 'left-out'] as const;
export type Show = (typeof showChoices)[number];

export const smallestTile = 56;
export const largestTile = 320;

export const viewStateSchema = v.object({
  /** `score`: the one that is thresholded; `score:<name>`: another column; `name`; `order`: of the data set. */
  sort: v.string(),
  show: v.picklist(showChoices),
  search: v.string(),
  /** Wished width of a tile in CSS pixels. */
  tileSize: v.pipe(v.number(), v.minValue(smallestTile), v.maxValue(largestTile)),
  /** Index of the image with the keyboard focus. */
  focused: v.pipe(v.number(), v.integer(), v.minValue(0)),
  /** Index of the first image in view, to scroll back to. */
  anchor: v.pipe(v.number(), v.integer(), v.minValue(0)),
  compareOpen: v.boolean(),
  /** Bars of the histogram as logarithms of the counts. */
  logCounts: v.boolean(),
  chartOpen: v.boolean(),
});
export type ViewState = v.InferOutput<typeof viewStateSchema>;

export const initialView: ViewState = {
  sort: 'score',
  show: 'all',
  search: '',
  tileSize: 128,
  focused: 0,
  anchor: 0,
  compareOpen: false,
  logCounts: true,
  chartOpen: false,
};
