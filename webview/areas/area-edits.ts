/** What dragging, keys and numbers make of an area. */
import type { Area } from '../../src/shared/settings';

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
export function areaBetween(kind: Area['kind'], from: Point, to: Point): Area | undefined {
  const [x0, x1] = [clamp(Math.min(from.x, to.x)), clamp(Math.max(from.x, to.x))];
  const [y0, y1] = [clamp(Math.min(from.y, to.y)), clamp(Math.max(from.y, to.y))];
  return x1 - x0 < smallestSide || y1 - y0 < smallestSide ? undefined : { kind, x0, y0, x1, y1 };
}

/** Arrow keys move it by a hundredth, with Shift its right and lower edges; undefined for other keys. */
export function areaAfterKey(area: Area, key: string, shift: boolean): Area | undefined {
  const [x, y] = directions[key] ?? [0, 0];
  if (x === 0 && y === 0) return undefined;
  if (shift) {
    return {
      ...area,
      x1: tidy(Math.min(1, Math.max(area.x0 + smallestSide, area.x1 + x * smallStep))),
      y1: tidy(Math.min(1, Math.max(area.y0 + smallestSide, area.y1 + y * smallStep))),
    };
  }
  const right = Math.min(1 - area.x1, Math.max(-area.x0, x * smallStep));
  const down = Math.min(1 - area.y1, Math.max(-area.y0, y * smallStep));
  return {
    ...area,
    x0: tidy(area.x0 + right),
    x1: tidy(area.x1 + right),
    y0: tidy(area.y0 + down),
    y1: tidy(area.y1 + down),
  };
}

const directions: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** With one edge elsewhere, never beyond the opposite one. */
export function withEdge(area: Area, edge: Edge, value: number): Area {
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

function clamp(value: number): number {
  return tidy(Math.min(1, Math.max(0, value)));
}

function tidy(value: number): number {
  return Number(value.toFixed(4));
}
