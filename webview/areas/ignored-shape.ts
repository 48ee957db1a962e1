/** What areas leave out, as one shape. */
import type { Area } from '../../src/shared/settings';

type Rectangle = Omit<Area, 'kind'>;

/**
 * The ignored part of a picture as the corners of a CSS polygon, in per cent; empty where all counts. The rectangles it is
 * made of do not overlap; the way to each and back has no width.
 */
export function ignoredPolygon(areas: readonly Area[]): string {
  const percent = (fraction: number) => `${Number((100 * fraction).toFixed(3))}%`;
  const corner = (x: number, y: number) => `${percent(x)} ${percent(y)}`;
  const corners = ignoredRectangles(areas).flatMap(({ x0, y0, x1, y1 }) => [
    corner(0, 0),
    corner(x0, y0),
    corner(x1, y0),
    corner(x1, y1),
    corner(x0, y1),
    corner(x0, y0),
  ]);
  return corners.length === 0 ? '' : `polygon(${corners.join(', ')}, ${corner(0, 0)})`;
}

/** Between the edges of all areas a picture falls into cells that are ignored as a whole or not; neighbours of a row joined. */
function ignoredRectangles(areas: readonly Area[]): Rectangle[] {
  const columns = cuts(areas.flatMap(({ x0, x1 }) => [x0, x1]));
  const rows = cuts(areas.flatMap(({ y0, y1 }) => [y0, y1]));
  const found: Rectangle[] = [];
  for (const [y0, y1] of rows) {
    let last: Rectangle | undefined;
    for (const [x0, x1] of columns) {
      if (!isIgnored(areas, (x0 + x1) / 2, (y0 + y1) / 2)) continue;
      if (last?.x1 === x0) found.pop();
      last = { x0: last?.x1 === x0 ? last.x0 : x0, y0, x1, y1 };
      found.push(last);
    }
  }
  return found;
}

function cuts(edges: readonly number[]): (readonly [from: number, to: number])[] {
  const sorted = [...new Set([0, ...edges, 1])].sort((one, other) => one - other);
  return sorted.slice(1).map((to, place) => [sorted[place] ?? 0, to]);
}

function isIgnored(areas: readonly Area[], x: number, y: number): boolean {
  const within = areas.filter(({ x0, y0, x1, y1 }) => x >= x0 && x < x1 && y >= y0 && y < y1);
  if (within.some(({ kind }) => kind === 'ignore')) return true;
  return areas.some(({ kind }) => kind === 'attend') && !within.some(({ kind }) => kind === 'attend');
}
