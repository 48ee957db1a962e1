/** How the panel is looked at, as opposed to what was decided: kept across reloads, never exported. */
import * as v from 'valibot';
import { mapMethods } from '../../src/shared/contracts';

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

export const decisionFilters = ['any', 'undecided', 'decided', 'bad', 'good'] as const;
export type DecisionFilter = (typeof decisionFilters)[number];
export const labelFilters = ['any', 'bad', 'good', 'none'] as const;
export type LabelFilter = (typeof labelFilters)[number];

export const smallestTile = 56;
export const largestTile = 320;

export const mapColors = ['score', 'review', 'label', 'group'] as const;
export type MapColor = (typeof mapColors)[number];

/** What dragging does on the map. */
export const mapTools = ['lasso', 'rectangle', 'move'] as const;
export type MapTool = (typeof mapTools)[number];

const mapStateSchema = v.object({
  open: v.boolean(),
  method: v.picklist(mapMethods),
  color: v.picklist(mapColors),
  tool: v.picklist(mapTools),
  /** The place in the middle and how many times larger than when all is seen. */
  x: v.number(),
  y: v.number(),
  zoom: v.pipe(v.number(), v.minValue(0.1), v.maxValue(1000)),
});
export type MapState = v.InferOutput<typeof mapStateSchema>;

export const initialMap: MapState = {
  open: false,
  method: 'umap',
  color: 'score',
  tool: 'lasso',
  x: 0,
  y: 0,
  zoom: 1,
};

export const viewStateSchema = v.object({
  /**
   * `score`: the one that is thresholded; `score:<name>`: another column; `epoch:<number>`: the losses after an epoch;
   * `name`; `order`: of the data set; `disagreement`: how much score and label contradict each other.
   */
  sort: v.string(),
  show: v.picklist(showChoices),
  search: v.string(),
  /** In it or in one inside of it; empty: all. */
  folder: v.optional(v.string(), ''),
  decision: v.optional(v.picklist(decisionFilters), 'any'),
  label: v.optional(v.picklist(labelFilters), 'any'),
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
  /** Each error map on a scale of its own. */
  ownErrorScale: v.exactOptional(v.boolean()),
  /** The comparison shows its pictures without the run's areas. */
  areasHidden: v.exactOptional(v.boolean()),
  /** The code of the compared image is open to be edited. */
  latentOpen: v.exactOptional(v.boolean()),
  /** The ROC and precision-recall curves are drawn. */
  curvesOpen: v.exactOptional(v.boolean()),
  /** The filters by folder, decision and label are open. */
  filtersOpen: v.exactOptional(v.boolean()),
  /** The table of threshold methods is open. */
  methodsOpen: v.exactOptional(v.boolean()),
  /** The map of the folder; absent: never opened. */
  map: v.exactOptional(mapStateSchema),
});
export type ViewState = v.InferOutput<typeof viewStateSchema>;

/** All images. */
export const noFilters = { show: 'all', search: '', folder: '', decision: 'any', label: 'any' } as const;

const filterNames = ['show', 'search', 'folder', 'decision', 'label'] as const satisfies (keyof typeof noFilters)[];

/** How many filters are set, the search among them. */
export function countFilters(view: ViewState): number {
  return filterNames.filter((name) => view[name] !== noFilters[name]).length;
}

/** What says which images are shown in which order, all else being equal. */
export function queryOf(view: ViewState): readonly string[] {
  return [view.sort, ...filterNames.map((name) => view[name])];
}

/** Whether both show the same images in the same order, all else being equal. */
export function sameQuery(a: ViewState, b: ViewState): boolean {
  const other = queryOf(b);
  return queryOf(a).every((part, place) => part === other[place]);
}

export const initialView: ViewState = {
  ...noFilters,
  sort: 'score',
  tileSize: 128,
  focused: -1,
  anchor: -1,
  compareOpen: false,
  logCounts: true,
};
