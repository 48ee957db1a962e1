/** Finds the one area at an edge of the picture in which many flagged images, and few others, differ from the usual. */
import { quantile } from '../../shared/statistics';
import type { Matrix } from '../compute/backend';

/** An image belongs to an area when so much of its excess error lies there. */
const belongingShare = 0.6;
/** What is larger holds what the pictures are of. */
const largestArea = 0.35;
const leastFlaggedShare = 0.33;
const leastFlagged = 20;
/** In an area where the others err as well, the flagged have nothing of their own. */
const mostOthersShare = 0.1;
/** An area holds so many times what chance would spread over it: of an image's excess, and of the images. */
const leastConcentration = 2.5;

export interface GridArea {
  /** In cells; the last ones are not in it. */
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

export interface SharedArea extends GridArea {
  /** Rows of `flagged` that differ there. */
  readonly flagged: number;
}

/**
 * @param flagged and others [images, rows · columns]: the logarithm of each cell's normalised error, top left first
 * @returns undefined when no area is clear: where the flagged are diverse, or only as odd there as the others
 */
export function sharedArea(
  flagged: Matrix,
  others: Matrix,
  [rows, columns]: readonly [number, number],
): SharedArea | undefined {
  if (flagged.rows < leastFlagged || others.rows < leastFlagged) return undefined;
  const limits = usualLimits(others);
  const ofFlagged = excesses(flagged, limits, rows, columns);
  const ofOthers = excesses(others, limits, rows, columns);
  let best: { readonly area: SharedArea; readonly worth: number } | undefined;
  for (const area of edgeAreas(rows, columns)) {
    const size = cellsIn(area) / (rows * columns);
    const needed = Math.max(belongingShare, Math.min(0.95, leastConcentration * size));
    const hits = belonging(ofFlagged, area, columns, needed);
    const share = hits / flagged.rows;
    if (hits < leastFlagged || share < Math.max(leastFlaggedShare, leastConcentration * size)) continue;
    if (belonging(ofOthers, area, columns, needed) > mostOthersShare * others.rows) continue;
    const worth = share - size;
    if (worth > (best?.worth ?? 0)) best = { area: { ...area, flagged: hits }, worth };
  }
  return best?.area;
}

/** Of every cell the error that nine of ten other images stay below. */
function usualLimits({ rows, columns, data }: Matrix): Float64Array {
  return Float64Array.from({ length: columns }, (_, cell) => {
    const errors = Float32Array.from({ length: rows }, (_row, row) => Math.exp(data[row * columns + cell] ?? 0));
    return quantile(errors, 0.9);
  });
}

/**
 * Of each image what its cells err more than usual, summed from the top left corner: [images, (rows + 1) · (columns + 1)].
 * Images without any are left out.
 */
function excesses(grids: Matrix, limits: Float64Array, rows: number, columns: number): Float64Array[] {
  const line = columns + 1;
  return Array.from({ length: grids.rows }, (_, image) => {
    const sums = new Float64Array((rows + 1) * line);
    for (let y = 0; y < rows; y++) {
      let row = 0;
      for (let x = 0; x < columns; x++) {
        const cell = y * columns + x;
        const error = Math.exp(grids.data[image * grids.columns + cell] ?? 0);
        row += Math.max(0, error - (limits[cell] ?? 0));
        sums[(y + 1) * line + x + 1] = (sums[y * line + x + 1] ?? 0) + row;
      }
    }
    return sums;
  }).filter((sums) => (sums.at(-1) ?? 0) > 0);
}

function belonging(images: readonly Float64Array[], area: GridArea, columns: number, share: number): number {
  const { top, left, bottom, right } = area;
  const line = columns + 1;
  let count = 0;
  for (const sums of images) {
    const at = (y: number, x: number) => sums[y * line + x] ?? 0;
    const inside = at(bottom, right) - at(top, right) - at(bottom, left) + at(top, left);
    if (inside >= share * (sums.at(-1) ?? 0)) count++;
  }
  return count;
}

function* edgeAreas(rows: number, columns: number): Generator<GridArea> {
  for (let top = 0; top < rows; top++) {
    for (let bottom = top + 1; bottom <= rows; bottom++) {
      for (let left = 0; left < columns; left++) {
        for (let right = left + 1; right <= columns; right++) {
          const area = { top, left, bottom, right };
          const isAtEdge = top === 0 || left === 0 || bottom === rows || right === columns;
          if (isAtEdge && cellsIn(area) <= largestArea * rows * columns) yield area;
        }
      }
    }
  }
}

function cellsIn({ top, left, bottom, right }: GridArea): number {
  return (bottom - top) * (right - left);
}
