/** What dragging, keys and numbers make of an area. */
import { boundsOf, isPolygon, type Bounds } from '../../src/shared/areas';
import type { Area, RectangleArea } from '../../src/shared/settings';

/** Fractions of width and height, from the top left. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

export const edges = ['x0', 'y0', 'x1', 'y1'] as const;
export type Edge = (typeof edges)[number];

/** Smaller drags are clicks. */
export const smallestSide = 0.01;
const smallStep = 0.01;

/** The rectangle between two corners; undefined where it is too small to be meant. */
export function areaBetween(kind: Area['kind'], from: Point, to: Point): RectangleArea | undefined {
  const [x0, x1] = [clamp(Math.min(from.x, to.x)), clamp(Math.max(from.x, to.x))];
  const [y0, y1] = [clamp(Math.min(from.y, to.y)), clamp(Math.max(from.y, to.y))];
  return x1 - x0 < smallestSide || y1 - y0 < smallestSide ? undefined : { kind, x0, y0, x1, y1 };
}

/** Arrow keys move it by a hundredth, with Shift its right and lower edges; undefined for other keys. */
export function areaAfterKey(area: Area, key: string, shift: boolean): Area | undefined {
  const [x, y] = stepOf(key);
  if (x === 0 && y === 0) return undefined;
  const { x0, y0, x1, y1 } = boundsOf(area);
  if (shift) {
    return within(area, {
      x0,
      y0,
      x1: Math.min(1, Math.max(x0 + smallestSide, x1 + x)),
      y1: Math.min(1, Math.max(y0 + smallestSide, y1 + y)),
    });
  }
  const right = Math.min(1 - x1, Math.max(-x0, x));
  const down = Math.min(1 - y1, Math.max(-y0, y));
  return within(area, { x0: x0 + right, x1: x1 + right, y0: y0 + down, y1: y1 + down });
}

/** The same shape in other bounds. */
function within(area: Area, to: Bounds): Area {
  if (!isPolygon(area)) {
    return { kind: area.kind, x0: tidy(to.x0), y0: tidy(to.y0), x1: tidy(to.x1), y1: tidy(to.y1) };
  }
  const from = boundsOf(area);
  const across = (to.x1 - to.x0) / (from.x1 - from.x0);
  const down = (to.y1 - to.y0) / (from.y1 - from.y0);
  return {
    kind: area.kind,
    corners: area.corners.map(([x, y]) => [clamp(to.x0 + (x - from.x0) * across), clamp(to.y0 + (y - from.y0) * down)]),
  };
}

/** How far a key moves something, in fractions of width and height. */
export function stepOf(key: string): readonly [number, number] {
  const [x, y] = directions[key] ?? [0, 0];
  return [x * smallStep, y * smallStep];
}

const directions: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** With one edge elsewhere, never beyond the opposite one. */
export function withEdge(area: RectangleArea, edge: Edge, value: number): RectangleArea {
  const { x0, y0, x1, y1 } = area;
  const bounds: Readonly<Record<Edge, readonly [number, number]>> = {
    x0: [0, x1 - smallestSide],
    y0: [0, y1 - smallestSide],
    x1: [x0 + smallestSide, 1],
    y1: [y0 + smallestSide, 1],
  };
  const [least, most] = bounds[edge];
  return { ...area, [edge]: tidy(Math.min(most, Math.max(least, value))) };
}

export function sameAreas(one: readonly Area[], other: readonly Area[]): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** A fraction of few digits. */
export function clamp(value: number): number {
  return tidy(Math.min(1, Math.max(0, value)));
}

function tidy(value: number): number {
  return Number(value.toFixed(4));
}
