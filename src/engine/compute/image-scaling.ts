export interface ImageSize {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/**
 * Bilinear between the centres of pixels; for sizes that are not much smaller than the image.
 * @param pixels [channels, height, width]
 * @returns [channels, size[0], size[1]]
 */
export function enlarged(
  pixels: Float32Array,
  { channels, height, width }: ImageSize,
  [toHeight, toWidth]: readonly [height: number, width: number],
): Float32Array {
  if (height === toHeight && width === toWidth) return pixels.slice();
  const rows = steps(height, toHeight);
  const columns = steps(width, toWidth);
  const result = new Float32Array(channels * toHeight * toWidth);
  let place = 0;
  for (let channel = 0; channel < channels; channel++) {
    const start = channel * height * width;
    for (const { from: y, next: yNext, part: yPart } of rows) {
      for (const { from: x, next: xNext, part: xPart } of columns) {
        const at = (row: number, column: number) => pixels[start + row * width + column] ?? 0;
        const above = at(y, x) + (at(y, xNext) - at(y, x)) * xPart;
        const below = at(yNext, x) + (at(yNext, xNext) - at(yNext, x)) * xPart;
        result[place++] = above + (below - above) * yPart;
      }
    }
  }
  return result;
}

interface Step {
  readonly from: number;
  readonly next: number;
  readonly part: number;
}

function steps(from: number, to: number): Step[] {
  return Array.from({ length: to }, (_, index) => {
    const centre = Math.min(from - 1, Math.max(0, ((index + 0.5) * from) / to - 0.5));
    const below = Math.floor(centre);
    return { from: below, next: Math.min(from - 1, below + 1), part: centre - below };
  });
}
