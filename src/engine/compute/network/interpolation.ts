/** Weights of resizing along one axis: bilinear and bicubic as PyTorch's `align_corners=False` without antialiasing, and nearest. */

export interface Interpolation {
  /** [to, from]: how much each input counts for an output. */
  readonly matrix: Float32Array;
  /** [from, to] */
  readonly transposed: Float32Array;
}

/** The inputs from `first` on that an output is made of; beyond an end stands the last input there. */
interface Taps {
  readonly first: number;
  readonly weights: readonly number[];
}

/**
 * @param from and to: how many pixels the axis has before and after
 * @param spacing of the output's pixels in pixels of the input
 */
export function interpolation(
  mode: 'bilinear' | 'bicubic',
  from: number,
  to: number,
  spacing = from / to,
): Interpolation {
  const matrix = new Float32Array(to * from);
  const transposed = new Float32Array(to * from);
  for (let pixel = 0; pixel < to; pixel++) {
    // The centre of the output pixel in pixels of the input.
    const centre = (pixel + 0.5) * spacing - 0.5;
    const { first, weights } = mode === 'bilinear' ? linearTaps(Math.max(0, centre)) : cubicTaps(centre);
    for (const [tap, weight] of weights.entries()) {
      const place = Math.min(from - 1, Math.max(0, first + tap));
      matrix[pixel * from + place] = (matrix[pixel * from + place] ?? 0) + weight;
      transposed[place * to + pixel] = (transposed[place * to + pixel] ?? 0) + weight;
    }
  }
  return { matrix, transposed };
}

/** Nearest neighbour: a single 1 for each output. */
export function selection(from: number, to: number): Interpolation {
  const matrix = new Float32Array(to * from);
  const transposed = new Float32Array(to * from);
  for (let row = 0; row < to; row++) {
    const column = Math.floor((row * from) / to);
    matrix[row * from + column] = 1;
    transposed[column * to + row] = 1;
  }
  return { matrix, transposed };
}

function linearTaps(centre: number): Taps {
  const first = Math.floor(centre);
  const far = centre - first;
  return { first, weights: [1 - far, far] };
}

/** The sharpness that PyTorch and OpenCV use. */
const a = -0.75;

/** Cubic convolution (Keys 1981). */
function cubicTaps(centre: number): Taps {
  const second = Math.floor(centre);
  const far = centre - second;
  const near = (distance: number) => ((a + 2) * distance - (a + 3)) * distance * distance + 1;
  const outer = (distance: number) => ((a * distance - 5 * a) * distance + 8 * a) * distance - 4 * a;
  return { first: second - 1, weights: [outer(far + 1), near(far), near(1 - far), outer(2 - far)] };
}
