/** What areas leave out, as one shape. */
import { cornersOf, isInside } from '../../src/shared/areas';
import type { Area, AreaCorner } from '../../src/shared/settings';

/** A part of a picture between two heights whose sides are straight. */
interface Trapezoid {
  readonly top: number;
  readonly bottom: number;
  readonly left: Side;
  readonly right: Side;
}

/** x at the top and at the bottom. */
type Side = readonly [atTop: number, atBottom: number];

/**
 * The ignored part of a picture as the corners of a CSS polygon, in per cent; empty where all counts. The trapezoids it
 * is made of do not overlap; the way to each and back has no width.
 */
export function ignoredPolygon(areas: readonly Area[]): string {
  const percent = (fraction: number) => `${Number((100 * fraction).toFixed(3))}%`;
  const corner = (x: number, y: number) => `${percent(x)} ${percent(y)}`;
  const corners = ignoredParts(areas).flatMap(({ top, bottom, left, right }) => [
    corner(0, 0),
    corner(left[0], top),
    corner(right[0], top),
    corner(right[1], bottom),
    corner(left[1], bottom),
    corner(left[0], top),
  ]);
  return corners.length === 0 ? '' : `polygon(${corners.join(', ')}, ${corner(0, 0)})`;
}

/**
 * Between the heights of all corners and crossings no two edges cross, so that there each part between neighbouring edges is
 * ignored as a whole or not; neighbours are joined.
 */
function ignoredParts(areas: readonly Area[]): Trapezoid[] {
  const edges = areas.flatMap(edgesOf);
  const found: Trapezoid[] = [];
  for (const [top, bottom] of bands(edges)) {
    const middle = (top + bottom) / 2;
    const sides = edges
      .filter(([[, y0], [, y1]]) => Math.min(y0, y1) < middle && Math.max(y0, y1) > middle)
      .map((edge): Side => [xAt(edge, top), xAt(edge, bottom)])
      .concat([
        [0, 0],
        [1, 1],
      ])
      .sort((one, other) => one[0] + one[1] - other[0] - other[1]);
    let last: Trapezoid | undefined;
    for (const [place, right] of sides.entries()) {
      const left = sides[place - 1];
      if (!left || (left[0] === right[0] && left[1] === right[1])) continue;
      if (!isIgnored(areas, (left[0] + left[1] + right[0] + right[1]) / 4, middle)) {
        last = undefined;
        continue;
      }
      if (last) found.pop();
      last = { top, bottom, left: last?.left ?? left, right };
      found.push(last);
    }
  }
  return found;
}

type Edge = readonly [from: AreaCorner, to: AreaCorner];

function edgesOf(area: Area): Edge[] {
  const corners = cornersOf(area);
  return corners.map((corner, place) => [corner, corners[(place + 1) % corners.length] ?? corner]);
}

function xAt([[x0, y0], [x1, y1]]: Edge, y: number): number {
  return x0 + ((y - y0) / (y1 - y0)) * (x1 - x0);
}

function bands(edges: readonly Edge[]): (readonly [top: number, bottom: number])[] {
  const heights = edges.flatMap((edge, place) => [
    edge[0][1],
    ...edges.slice(0, place).flatMap((other) => crossingHeight(edge, other)),
  ]);
  const sorted = [...new Set([0, ...heights, 1])].sort((one, other) => one - other);
  return sorted.slice(1).map((bottom, place) => [sorted[place] ?? 0, bottom]);
}

/** Where two edges cross; none where they are parallel or pass each other. */
function crossingHeight([[ax, ay], [bx, by]]: Edge, [[cx, cy], [dx, dy]]: Edge): number[] {
  const determinant = (bx - ax) * (dy - cy) - (by - ay) * (dx - cx);
  if (determinant === 0) return [];
  const along = ((cx - ax) * (dy - cy) - (cy - ay) * (dx - cx)) / determinant;
  const alongOther = ((cx - ax) * (by - ay) - (cy - ay) * (bx - ax)) / determinant;
  const meets = along > 0 && along < 1 && alongOther > 0 && alongOther < 1;
  return meets ? [ay + along * (by - ay)] : [];
}

function isIgnored(areas: readonly Area[], x: number, y: number): boolean {
  const within = areas.filter((area) => isInside(area, x, y));
  if (within.some(({ kind }) => kind === 'ignore')) return true;
  return areas.some(({ kind }) => kind === 'attend') && !within.some(({ kind }) => kind === 'attend');
}
