/** One zoom and place for several pictures of the same image, so that they are always seen at the same spot. */
export interface Zoom {
  /** 1: the whole picture. */
  readonly factor: number;
  /** The point in the middle, as fractions of the picture's width and height. */
  readonly x: number;
  readonly y: number;
}

export const wholePicture: Zoom = { factor: 1, x: 0.5, y: 0.5 };
/** For a picture that fills its frame. */
export const largestZoom = 16;
const keyStep = 1.4;

/** Zooms by `by` so that the point under the pointer (fractions of the frame) stays under it. */
export function zoomAt(zoom: Zoom, by: number, frameX: number, frameY: number, largest = largestZoom): Zoom {
  const factor = Math.min(largest, Math.max(1, zoom.factor * by));
  const shift = 1 / zoom.factor - 1 / factor;
  return inside({
    factor,
    x: zoom.x + (frameX - 0.5) * shift,
    y: zoom.y + (frameY - 0.5) * shift,
  });
}

/** Moves the picture along with a pointer that went this far, in fractions of the frame. */
export function dragBy(zoom: Zoom, frameX: number, frameY: number): Zoom {
  return inside({ ...zoom, x: zoom.x - frameX / zoom.factor, y: zoom.y - frameY / zoom.factor });
}

/** What a key does to the zoom; undefined when it is none of ours. */
export function zoomByKey(zoom: Zoom, key: string, largest = largestZoom): Zoom | undefined {
  if (key === '+' || key === '=') return zoomAt(zoom, keyStep, 0.5, 0.5, largest);
  if (key === '-') return zoomAt(zoom, 1 / keyStep, 0.5, 0.5, largest);
  if (key === '0') return wholePicture;
  return undefined;
}

function inside({ factor, x, y }: Zoom): Zoom {
  const half = 0.5 / factor;
  const clamp = (place: number) => Math.min(1 - half, Math.max(half, place));
  return { factor, x: clamp(x), y: clamp(y) };
}
