/** Areas as shapes: what the panel draws, what options say and what the engine leaves out agree by these. */
import type { Area, AreaCorner, PolygonArea, RectangleArea } from './settings';

/** In fractions of width and height, from the top left. */
export type Bounds = Omit<RectangleArea, 'kind'>;

export function isPolygon(area: Area): area is PolygonArea {
  return 'corners' in area;
}

/** In the order in which they are joined; the last is joined to the first. */
export function cornersOf(area: Area): readonly AreaCorner[] {
  if (isPolygon(area)) return area.corners;
  const { x0, y0, x1, y1 } = area;
  return [
    [x0, y0],
    [x1, y0],
    [x1, y1],
    [x0, y1],
  ];
}

export function boundsOf(area: Area): Bounds {
  if (!isPolygon(area)) return area;
  const across = area.corners.map(([x]) => x);
  const down = area.corners.map(([, y]) => y);
  return { x0: Math.min(...across), y0: Math.min(...down), x1: Math.max(...across), y1: Math.max(...down) };
}

/**
 * Where a horizontal line enters and leaves an area, ascending: between the first and the second crossing it is inside,
 * between the third and the fourth again. Where a polygon crosses itself, what is enclosed twice is outside.
 */
export function crossings(area: Area, y: number): number[] {
  const corners = cornersOf(area);
  return corners
    .flatMap(([x, top], place) => {
      const [nextX, bottom] = corners[(place + 1) % corners.length] ?? [x, top];
      return top <= y === bottom <= y ? [] : [x + ((y - top) / (bottom - top)) * (nextX - x)];
    })
    .sort((one, other) => one - other);
}

/** A point on the left or upper edge is inside, one on the right or lower edge is not. */
export function isInside(area: Area, x: number, y: number): boolean {
  return crossings(area, y).filter((crossing) => crossing <= x).length % 2 === 1;
}

/** As options and forms write it: x0,y0,x1,y1 of a rectangle, x,y of each corner of a polygon. */
export function areaNumbers(area: Area): number[] {
  return isPolygon(area) ? area.corners.flat() : [area.x0, area.y0, area.x1, area.y1];
}

/** What such numbers mean, for {@link areaSchema} to judge: four are a rectangle, three pairs or more a polygon. */
export function areaOfNumbers(kind: string | undefined, numbers: readonly number[]): object {
  if (numbers.length <= 4) {
    const [x0, y0, x1, y1] = numbers;
    return { kind, x0, y0, x1, y1 };
  }
  // An odd one is a corner without its second number, which the schema refuses.
  const corners = Array.from({ length: Math.ceil(numbers.length / 2) }, (_, corner) =>
    numbers.slice(2 * corner, 2 * corner + 2),
  );
  return { kind, corners };
}

/** Whether any corner lies off the line through the first two that differ. */
export function enclosesSomething(corners: readonly AreaCorner[]): boolean {
  const [first = [0, 0]] = corners;
  const [x, y] = first;
  const [otherX, otherY] = corners.find((corner) => corner[0] !== x || corner[1] !== y) ?? first;
  return corners.some((corner) => Math.abs((otherX - x) * (corner[1] - y) - (otherY - y) * (corner[0] - x)) > 1e-9);
}
