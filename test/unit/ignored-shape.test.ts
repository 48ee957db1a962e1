import { describe, expect, it } from 'vitest';
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
});
