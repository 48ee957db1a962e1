/** Which points a hand or a key means. All of them are looked at: for 100,000 that takes a fraction of a frame. */
import type { Camera, Point } from './camera';

/** Indexes of images that can be pointed at, and where they lie. */
export interface Pickable {
  readonly places: Float32Array;
  readonly items: Uint32Array;
}

/** The image nearest to a place on the screen, within `reach` pixels. */
export function nearestTo({ places, items }: Pickable, camera: Camera, at: Point, reach: number): number | undefined {
  const { x, y } = camera.toMap(at);
  let nearest: number | undefined;
  let limit = (reach / camera.scale) ** 2;
  for (const index of items) {
    const distance = ((places[2 * index] ?? NaN) - x) ** 2 + ((places[2 * index + 1] ?? NaN) - y) ** 2;
    if (!(distance <= limit)) continue;
    limit = distance;
    nearest = index;
  }
  return nearest;
}

/** A step of a key must be seen: nearer points are passed over, and reached by zooming in. */
const shortestStep = 4;
/** How much a point off the direction counts as further away. */
const sideways = 2;

/** The image that is next from `from` in a direction of the screen; undefined where there is none. */
export function nextTowards(
  { places, items }: Pickable,
  camera: Camera,
  from: number,
  towards: Point,
): number | undefined {
  const [fromX, fromY] = [places[2 * from] ?? NaN, places[2 * from + 1] ?? NaN];
  const least = shortestStep / camera.scale;
  let next: number | undefined;
  let best = Infinity;
  for (const index of items) {
    const [x, y] = [(places[2 * index] ?? NaN) - fromX, (places[2 * index + 1] ?? NaN) - fromY];
    const along = x * towards.x + y * towards.y;
    const across = Math.abs(x * towards.y - y * towards.x);
    if (!(along >= least) || across > along) continue;
    const cost = along + sideways * across;
    if (cost >= best) continue;
    best = cost;
    next = index;
  }
  return next;
}

/** Images inside of a polygon on the screen (even-odd rule). */
export function insidePolygon({ places, items }: Pickable, camera: Camera, corners: readonly Point[]): number[] {
  const polygon = corners.map((corner) => camera.toMap(corner));
  const left = Math.min(...polygon.map(({ x }) => x));
  const right = Math.max(...polygon.map(({ x }) => x));
  const top = Math.min(...polygon.map(({ y }) => y));
  const bottom = Math.max(...polygon.map(({ y }) => y));
  const found: number[] = [];
  for (const index of items) {
    const [x, y] = [places[2 * index] ?? NaN, places[2 * index + 1] ?? NaN];
    if (x >= left && x <= right && y >= top && y <= bottom && isInside(polygon, x, y)) found.push(index);
  }
  return found;
}

function isInside(polygon: readonly Point[], x: number, y: number): boolean {
  let inside = false;
  let before = polygon[polygon.length - 1];
  for (const corner of polygon) {
    if (before && corner.y > y !== before.y > y) {
      const crossing = corner.x + ((y - corner.y) / (before.y - corner.y)) * (before.x - corner.x);
      if (x < crossing) inside = !inside;
    }
    before = corner;
  }
  return inside;
}

export function rectangleBetween(from: Point, to: Point): readonly Point[] {
  return [from, { x: to.x, y: from.y }, to, { x: from.x, y: to.y }];
}
