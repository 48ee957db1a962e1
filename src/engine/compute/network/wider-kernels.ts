/**
 * Convolutions that compute the same with fewer operations by a wider kernel, whose taps are sums of the given one's.
 * Each is a matrix that makes the wider kernel, so that its gradient comes back through the transposed one.
 */

export interface WiderKernel {
  /** Height and width. */
  readonly size: number;
  /** [size · size · pixels, kernel · kernel], row by row */
  readonly matrix: Float32Array;
  /** Pixels that a place of the result stands for; they count fastest in the matrix's rows. */
  readonly pixels: number;
}

/**
 * Nearest-neighbour enlargement by `factor` and a convolution with stride 1 that keeps the size are one transposed
 * convolution with that stride, of a kernel of k + factor − 1: for ×2 and 3×3, 4 products a pixel instead of 9.
 * @param kernel odd
 */
export function enlargingKernel(kernel: number, factor: number): WiderKernel {
  // Pixel j of the small image reaches place j · factor − (kernel − 1) / 2 + tap by each pixel `within` that it became.
  return spread(kernel, factor, 1, (tap, place) => {
    const within = tap - (kernel - 1 - place);
    return within >= 0 && within < factor;
  });
}

/** A convolution with stride 1 for squares of `side` × `side` pixels at once, whose stride is the side. */
export function squareKernel(kernel: number, side: number): WiderKernel {
  return spread(kernel, side, side, (tap, place, pixel) => tap === place + pixel);
}

/** @param meets whether, along an axis, the wider kernel's tap holds the given one's place for a pixel of the square */
function spread(
  kernel: number,
  step: number,
  side: number,
  meets: (tap: number, place: number, pixel: number) => boolean,
): WiderKernel {
  const size = kernel + step - 1;
  const pixels = side * side;
  const matrix = new Float32Array(size * size * pixels * kernel * kernel);
  let at = 0;
  for (let tap = 0; tap < size * size; tap++) {
    for (let pixel = 0; pixel < pixels; pixel++) {
      for (let place = 0; place < kernel * kernel; place++) {
        const isMet =
          meets(Math.floor(tap / size), Math.floor(place / kernel), Math.floor(pixel / side)) &&
          meets(tap % size, place % kernel, pixel % side);
        matrix[at++] = isMet ? 1 : 0;
      }
    }
  }
  return { size, matrix, pixels };
}
