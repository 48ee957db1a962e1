/** SSIM of Wang, Bovik, Sheikh and Simoncelli (2004) for one image. */

const largestWindow = 11;
const deviation = 1.5;
const c1 = 0.01 ** 2;
const c2 = 0.03 ** 2;

/**
 * The mean over channels and all places where the window fits: (2 μx μy + C1)(2 σxy + C2) / ((μx² + μy² + C1)(σx² + σy² +
 * C2)) with C1 = 0.01², C2 = 0.03² and population weights from a Gaussian of deviation 1.5, 11×11 or the largest odd
 * square that fits.
 * @param a and b [channels, height, width] in [0, 1]
 */
export function structuralSimilarity(
  a: Float32Array,
  b: Float32Array,
  [channels, height, width]: readonly [number, number, number],
): number {
  const weights = gaussianWindow(height, width);
  const size = { height, width };
  const plane = height * width;
  let sum = 0;
  let places = 0;
  for (let channel = 0; channel < channels; channel++) {
    const x = Float64Array.from(a.subarray(channel * plane, (channel + 1) * plane));
    const y = Float64Array.from(b.subarray(channel * plane, (channel + 1) * plane));
    const meanX = blur(x, size, weights);
    const meanY = blur(y, size, weights);
    const meanXY = blur(
      combine(x, y, (one, other) => one * other),
      size,
      weights,
    );
    // Only the sum of the two variances is needed: one pass for both.
    const meanSquares = blur(
      combine(x, y, (one, other) => one * one + other * other),
      size,
      weights,
    );
    for (let place = 0; place < meanX.length; place++) {
      const [mx, my] = [meanX[place] ?? 0, meanY[place] ?? 0];
      const together = (meanXY[place] ?? 0) - mx * my;
      const spread = (meanSquares[place] ?? 0) - mx * mx - my * my;
      sum += ((2 * mx * my + c1) * (2 * together + c2)) / ((mx * mx + my * my + c1) * (spread + c2));
    }
    places += meanX.length;
  }
  return sum / places;
}

/** The window's weights along one axis; they add up to 1. */
export function gaussianWindow(height: number, width: number): Float64Array {
  const fitting = Math.min(largestWindow, height, width);
  const length = fitting - ((fitting + 1) % 2);
  const weights = Float64Array.from({ length }, (_, place) =>
    Math.exp(-((place - (length - 1) / 2) ** 2) / (2 * deviation ** 2)),
  );
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

/** Both axes, only where the whole window lies on the plane. */
function blur(
  plane: Float64Array,
  { height, width }: { height: number; width: number },
  weights: Float64Array,
): Float64Array {
  const outWidth = width - weights.length + 1;
  const outHeight = height - weights.length + 1;
  const rows = new Float64Array(height * outWidth);
  const result = new Float64Array(outHeight * outWidth);
  for (let tap = 0; tap < weights.length; tap++) {
    const weight = weights[tap] ?? 0;
    for (let row = 0; row < height; row++) {
      addScaled(rows, row * outWidth, plane, row * width + tap, outWidth, weight);
    }
  }
  for (let tap = 0; tap < weights.length; tap++) {
    addScaled(result, 0, rows, tap * outWidth, result.length, weights[tap] ?? 0);
  }
  return result;
}

function addScaled(
  sums: Float64Array,
  to: number,
  values: Float64Array,
  from: number,
  count: number,
  weight: number,
): void {
  for (let place = 0; place < count; place++) {
    sums[to + place] = (sums[to + place] ?? 0) + weight * (values[from + place] ?? 0);
  }
}

function combine(x: Float64Array, y: Float64Array, of: (one: number, other: number) => number): Float64Array {
  const result = new Float64Array(x.length);
  for (let place = 0; place < result.length; place++) result[place] = of(x[place] ?? 0, y[place] ?? 0);
  return result;
}
