/** The shapes of points: colour never tells alone what an image is. Each as a distance, for the canvas, and as a path. */

export const pointShapes = ['circle', 'triangle', 'cross', 'diamond', 'square', 'ring'] as const;
export type PointShape = (typeof pointShapes)[number];

type Distance = (x: number, y: number, radius: number) => number;

/** Pixels from the edge, negative inside, of a shape around 0 (y downwards). */
const distances: Readonly<Record<PointShape, Distance>> = {
  circle: (x, y, radius) => Math.hypot(x, y) - radius,
  triangle: (x, y, radius) => {
    const side = Math.abs(x) * 0.866 - y * 0.5 - radius * 0.62;
    return Math.max(side, y - radius * 0.72);
  },
  cross: (x, y, radius) => {
    const [along, across] = [(x + y) * Math.SQRT1_2, (x - y) * Math.SQRT1_2];
    const bar = (a: number, b: number) =>
      Math.max(Math.abs(a) - radius * 1.15, Math.abs(b) - Math.max(radius * 0.3, 0.8));
    return Math.min(bar(along, across), bar(across, along));
  },
  diamond: (x, y, radius) => (Math.abs(x) + Math.abs(y) - radius * 1.25) * Math.SQRT1_2,
  square: (x, y, radius) => Math.max(Math.abs(x), Math.abs(y)) - radius * 0.86,
  ring: (x, y, radius) => Math.abs(Math.hypot(x, y) - radius) - 0.8,
};

/** Paths in a box of 16 × 16, for legends. */
export const shapePaths: Readonly<Record<PointShape, string>> = {
  circle: 'M8 3a5 5 0 1 1 0 10a5 5 0 1 1 0-10z',
  triangle: 'M8 2l6 11H2z',
  cross: 'M3.2 1.8L8 6.6l4.8-4.8l1.4 1.4L9.4 8l4.8 4.8l-1.4 1.4L8 9.4l-4.8 4.8l-1.4-1.4L6.6 8L1.8 3.2z',
  diamond: 'M8 1.5L14.5 8L8 14.5L1.5 8z',
  square: 'M3.5 3.5h9v9h-9z',
  ring: 'M8 2a6 6 0 1 1 0 12a6 6 0 1 1 0-12zM8 4.2a3.8 3.8 0 1 0 0 7.6a3.8 3.8 0 1 0 0-7.6z',
};

/** A shape in pixels: where, and how much of each pixel it covers (1–256). */
export interface Stamp {
  readonly dx: Int16Array;
  readonly dy: Int16Array;
  readonly cover: Uint16Array;
  /** How far it reaches from its middle. */
  readonly reach: number;
}

/** Smaller ones, of which there are many, have hard edges: mixing colours is most of the work. */
const smallestSmooth = 2;

/** @param radius in device pixels @param grown by so many pixels: for an outline */
export function stampOf(shape: PointShape, radius: number, grown = 0): Stamp {
  const reach = Math.ceil(radius * 1.3 + grown + 1);
  const pixels: { dx: number; dy: number; cover: number }[] = [];
  for (let dy = -reach; dy <= reach; dy++) {
    for (let dx = -reach; dx <= reach; dx++) {
      const share = Math.min(1, Math.max(0, 0.5 + grown - distances[shape](dx, dy, radius)));
      const cover = radius < smallestSmooth ? 256 * Math.round(share) : Math.round(256 * share);
      if (cover > 8) pixels.push({ dx, dy, cover });
    }
  }
  return {
    dx: Int16Array.from(pixels, (pixel) => pixel.dx),
    dy: Int16Array.from(pixels, (pixel) => pixel.dy),
    cover: Uint16Array.from(pixels, (pixel) => pixel.cover),
    reach,
  };
}
