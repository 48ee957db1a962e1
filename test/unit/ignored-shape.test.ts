import { describe, expect, it } from 'vitest';
import { isInside } from '../../src/shared/areas';
import type { Area } from '../../src/shared/settings';
import { ignoredPolygon } from '../../webview/areas/ignored-shape';

/** The rectangles of a polygon as x0 y0 x1 y1 in per cent: each begins and ends in the upper left corner. */
function rectangles(areas: readonly Area[]): string[] {
  const corners = ignoredPolygon(areas)
    .replace(/^polygon\(|\)$/g, '')
    .split(', ')
    .map((corner) => corner.replaceAll('%', ''));
  return corners.flatMap((corner, place) => (place % 6 === 1 ? [`${corner} ${corners[place + 2] ?? ''}`] : []));
}

type Point = readonly [x: number, y: number];

/** The parts of a polygon, each with its corners as fractions. */
function partsOf(polygon: string): Point[][] {
  const corners = polygon
    .replace(/^polygon\(|\)$/g, '')
    .split(', ')
    .map((corner): Point => {
      const [x = NaN, y = NaN] = corner.split(' ').map((edge) => Number(edge.replace('%', '')) / 100);
      return [x, y];
    });
  return Array.from({ length: Math.floor(corners.length / 6) }, (_, part) => corners.slice(6 * part + 1, 6 * part + 5));
}

/** Whether a convex part, clockwise on the screen, holds a point. */
function holds(part: readonly Point[], x: number, y: number): boolean {
  return part.every(([ax, ay], place) => {
    const [bx, by] = part[(place + 1) % part.length] ?? [ax, ay];
    return (bx - ax) * (y - ay) - (by - ay) * (x - ax) >= -1e-9;
  });
}

/** By what areas mean, one point at a time. */
function isIgnored(areas: readonly Area[], x: number, y: number): boolean {
  const inside = (kind: Area['kind']) =>
    areas.some((candidate) => candidate.kind === kind && isInside(candidate, x, y));
  return inside('ignore') || !inside('attend');
}

const area = (kind: Area['kind'], x0: number, y0: number, x1: number, y1: number): Area => ({ kind, x0, y0, x1, y1 });

describe('the ignored part of a picture', () => {
  it('is nothing where all counts', () => {
    expect(ignoredPolygon([])).toBe('');
    expect(ignoredPolygon([area('attend', 0, 0, 1, 1)])).toBe('');
  });

  it('is what lies in areas to ignore, each place once', () => {
    expect(rectangles([area('ignore', 0.8, 0, 1, 1)])).toEqual(['80 0 100 100']);
    expect(rectangles([area('ignore', 0, 0, 0.5, 0.5), area('ignore', 0.25, 0.25, 0.75, 0.75)])).toEqual([
      '0 0 50 25',
      '0 25 75 50',
      '25 50 75 75',
    ]);
  });

  it('is all outside of areas to attend to, and what is to be ignored inside of them', () => {
    const attended = area('attend', 0.2, 0, 0.8, 1);
    expect(rectangles([attended])).toEqual(['0 0 20 100', '80 0 100 100']);
    expect(rectangles([attended, area('ignore', 0.4, 0, 0.6, 1)])).toEqual([
      '0 0 20 100',
      '40 0 60 100',
      '80 0 100 100',
    ]);
  });

  it('has the slanting sides of polygons, and holds the very points that count for nothing', () => {
    const triangle: Area = { kind: 'ignore', corners: [[0, 0], [1, 0], [0, 1]] }; // prettier-ignore
    expect(ignoredPolygon([triangle])).toBe('polygon(0% 0%, 0% 0%, 100% 0%, 0% 100%, 0% 100%, 0% 0%, 0% 0%)');
    const areas: Area[] = [
      triangle,
      { kind: 'ignore', corners: [[0.2, 0.9], [0.9, 0.2], [0.95, 0.9]] }, // prettier-ignore
      { kind: 'attend', corners: [[0.1, 0.1], [0.9, 0.15], [0.3, 0.5], [0.8, 0.95], [0.1, 0.8]] }, // prettier-ignore
      area('attend', 0.5, 0.4, 0.97, 0.6),
    ];
    const drawn = partsOf(ignoredPolygon(areas));
    for (let y = 0.013; y < 1; y += 0.039) {
      for (let x = 0.011; x < 1; x += 0.037) {
        const hits = drawn.filter((part) => holds(part, x, y)).length;
        expect([x, y, hits]).toEqual([x, y, isIgnored(areas, x, y) ? 1 : 0]);
      }
    }
  });
});
