import { describe, expect, it } from 'vitest';
import { Camera } from '../../webview/map/camera';
import { insidePolygon, nearestTo, nextTowards } from '../../webview/map/map-picking';

const extent = { halfWidth: 1, halfHeight: 1 };
const camera = new Camera({ x: 0, y: 0 }, 1, 200, 200, extent);
/** Left, right, above, below, one without a place. */
const places = Float32Array.of(-0.5, 0, 0.5, 0, 0, -0.5, 0, 0.5, NaN, NaN);
const pickable = { places, items: Uint32Array.of(0, 1, 2, 3, 4) };

describe('picking on the map', () => {
  it('takes the nearest point within reach, and none beyond', () => {
    const at = camera.toScreen({ x: 0.5, y: 0 });
    expect(nearestTo(pickable, camera, { x: at.x + 4, y: at.y }, 9)).toBe(1);
    expect(nearestTo(pickable, camera, { x: at.x + 12, y: at.y }, 9)).toBeUndefined();
  });

  it('steps to the next point in a direction, and stays where there is none', () => {
    expect(nextTowards(pickable, camera, 0, { x: 1, y: 0 })).toBe(1);
    expect(nextTowards(pickable, camera, 0, { x: -1, y: 0 })).toBeUndefined();
    expect(nextTowards(pickable, camera, 3, { x: 0, y: -1 })).toBe(2);
  });

  it('encloses by the shape, not by the box around it', () => {
    const corners = [
      { x: -0.6, y: -0.1 },
      { x: 0, y: -0.7 },
      { x: 0.6, y: -0.1 },
    ].map((at) => camera.toScreen(at));
    expect(insidePolygon(pickable, camera, corners)).toEqual([2]);
  });
});

describe('the camera of the map', () => {
  it('keeps the place under the pointer when it zooms', () => {
    const at = { x: 150, y: 80 };
    const zoomed = camera.zoomed(3, at);
    expect(zoomed.zoom).toBe(3);
    expect(zoomed.toMap(at).x).toBeCloseTo(camera.toMap(at).x);
    expect(zoomed.toMap(at).y).toBeCloseTo(camera.toMap(at).y);
  });

  it('moves no further than needed to show a place', () => {
    const near = camera.zoomed(8);
    const place = { x: 0.5, y: 0 };
    const shown = near.showing(place).toScreen(place);
    expect(shown.x).toBeCloseTo(176);
    expect(camera.showing(place).center).toEqual(camera.center);
  });
});
