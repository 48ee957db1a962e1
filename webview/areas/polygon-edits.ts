/** What clicks, dragging, keys and numbers make of a polygon's corners. */
import { boundsOf, enclosesSomething } from '../../src/shared/areas';
import { mostCorners, type Area, type AreaCorner, type PolygonArea } from '../../src/shared/settings';
import { clamp, smallestSide, stepOf, type Point } from './area-edits';

/** A click as near as this to the first corner closes a polygon. */
const near = 0.025;

/** Undefined where the corners enclose too little to be meant. */
export function polygonOf(kind: Area['kind'], corners: readonly AreaCorner[]): PolygonArea | undefined {
  if (corners.length < 3 || corners.length > mostCorners || !enclosesSomething(corners)) return undefined;
  const polygon: PolygonArea = { kind, corners: corners.map(([x, y]) => [clamp(x), clamp(y)]) };
  const { x0, y0, x1, y1 } = boundsOf(polygon);
  return x1 - x0 < smallestSide || y1 - y0 < smallestSide ? undefined : polygon;
}

/** One click more; the second click of a double click adds nothing. */
export function withClick(corners: readonly AreaCorner[], { x, y }: Point): readonly AreaCorner[] {
  const last = corners.at(-1);
  const isNew = last === undefined || Math.hypot(x - last[0], y - last[1]) >= smallestSide;
  return isNew && corners.length < mostCorners ? [...corners, [clamp(x), clamp(y)]] : corners;
}

export function closesAt(corners: readonly AreaCorner[], { x, y }: Point): boolean {
  const [first] = corners;
  return corners.length >= 3 && first !== undefined && Math.hypot(x - first[0], y - first[1]) < near;
}

/** With one corner elsewhere; as it was where nothing would be enclosed. */
export function withCorner(area: PolygonArea, corner: number, { x, y }: Point): PolygonArea {
  return polygonOf(area.kind, area.corners.with(corner, [clamp(x), clamp(y)])) ?? area;
}

/**
 * Arrow keys move a corner by a hundredth, Insert adds one half-way to the next, Delete takes it away (of three none);
 * undefined for other keys.
 */
export function cornerAfterKey(area: PolygonArea, corner: number, key: string): PolygonArea | undefined {
  const { kind, corners } = area;
  const [x, y] = corners[corner] ?? [0, 0];
  switch (key) {
    case 'Insert': {
      const [nextX, nextY] = corners[(corner + 1) % corners.length] ?? [x, y];
      return polygonOf(kind, corners.toSpliced(corner + 1, 0, [(x + nextX) / 2, (y + nextY) / 2])) ?? area;
    }
    case 'Delete':
    case 'Backspace':
      return polygonOf(kind, corners.toSpliced(corner, 1)) ?? area;
  }
  const [right, down] = stepOf(key);
  return right === 0 && down === 0 ? undefined : withCorner(area, corner, { x: x + right, y: y + down });
}
