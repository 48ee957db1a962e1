/** Rotation, flips and crops of one image, all as one resampling. */
import type { ImageShape } from './image-shape';

/** Where output pixel (column, row) comes from: x = xColumn · column + xRow · row + xStart, and y alike. */
export interface Placement {
  readonly xColumn: number;
  readonly xRow: number;
  readonly xStart: number;
  readonly yColumn: number;
  readonly yRow: number;
  readonly yStart: number;
}

export interface GeometricChange {
  /** Counter-clockwise. */
  readonly degrees: number;
  readonly flipHorizontal: boolean;
  readonly flipVertical: boolean;
  /** The part of the turned and flipped image that is kept, as fractions: left, top, width, height. */
  readonly window: readonly [left: number, top: number, width: number, height: number];
}

/** Around the middle of the image, in pixel units. */
export function placementOf(change: GeometricChange, [, height, width]: ImageShape): Placement {
  const angle = (change.degrees * Math.PI) / 180;
  const cosine = Math.cos(angle);
  const sine = Math.sin(angle);
  const [left, top, windowWidth, windowHeight] = change.window;
  const mirrorX = change.flipHorizontal ? -1 : 1;
  const mirrorY = change.flipVertical ? -1 : 1;
  // Pixel centres in the window, seen from the image's middle, before and after the flip.
  const stepX = mirrorX * windowWidth;
  const stepY = mirrorY * windowHeight;
  const startX = mirrorX * (width * (left - 0.5) + windowWidth / 2);
  const startY = mirrorY * (height * (top - 0.5) + windowHeight / 2);
  return {
    xColumn: cosine * stepX,
    xRow: -sine * stepY,
    xStart: cosine * startX - sine * startY + (width - 1) / 2,
    yColumn: sine * stepX,
    yRow: cosine * stepY,
    yStart: sine * startX + cosine * startY + (height - 1) / 2,
  };
}

/** Bilinear; beyond the edge the edge's pixels are repeated. `from` and `to` are single images, not the same one. */
export function resample(from: Float32Array, to: Float32Array, shape: ImageShape, placement: Placement): void {
  if (keepsPixels(placement)) copyPixels(from, to, shape, placement);
  else interpolate(from, to, shape, placement);
}

/** Flips alone move pixels and must not blur them. */
function keepsPixels({ xColumn, xRow, yColumn, yRow }: Placement): boolean {
  return Math.abs(xColumn) === 1 && xRow === 0 && yColumn === 0 && Math.abs(yRow) === 1;
}

function copyPixels(from: Float32Array, to: Float32Array, [channels, height, width]: ImageShape, p: Placement): void {
  let place = 0;
  const firstColumn = Math.round(p.xStart);
  for (let channel = 0; channel < channels; channel++) {
    for (let row = 0; row < height; row++) {
      const start = (channel * height + Math.round(p.yRow * row + p.yStart)) * width;
      if (p.xColumn === 1) {
        to.set(from.subarray(start, start + width), place);
        place += width;
      } else {
        for (let column = 0; column < width; column++) to[place++] = from[start + firstColumn - column] ?? 0;
      }
    }
  }
}

function interpolate(from: Float32Array, to: Float32Array, [channels, height, width]: ImageShape, p: Placement): void {
  const area = height * width;
  const lastX = width - 1;
  const lastY = height - 1;
  let place = 0;
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++, place++) {
      const x = Math.min(lastX, Math.max(0, p.xColumn * column + p.xRow * row + p.xStart));
      const y = Math.min(lastY, Math.max(0, p.yColumn * column + p.yRow * row + p.yStart));
      const x0 = x | 0;
      const y0 = y | 0;
      const right = x - x0;
      const below = y - y0;
      let corner = y0 * width + x0;
      const nextX = x0 < lastX ? 1 : 0;
      const nextY = y0 < lastY ? width : 0;
      for (let target = place; target < channels * area; target += area, corner += area) {
        const topLeft = from[corner] ?? 0;
        const bottomLeft = from[corner + nextY] ?? 0;
        const top = topLeft + right * ((from[corner + nextX] ?? 0) - topLeft);
        const bottom = bottomLeft + right * ((from[corner + nextY + nextX] ?? 0) - bottomLeft);
        to[target] = top + below * (bottom - top);
      }
    }
  }
}
