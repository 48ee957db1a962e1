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
    const x = a.subarray(channel * plane, (channel + 1) * plane);
    const y = b.subarray(channel * plane, (channel + 1) * plane);
    const meanX = blur(Float64Array.from(x), size, weights);
    const meanY = blur(Float64Array.from(y), size, weights);
    const meanXX = blur(products(x, x), size, weights);
    const meanYY = blur(products(y, y), size, weights);
    const meanXY = blur(products(x, y), size, weights);
    meanX.forEach((mx, place) => {
      const my = meanY[place] ?? 0;
      const spread = (meanXX[place] ?? 0) - mx * mx + ((meanYY[place] ?? 0) - my * my);
      const together = (meanXY[place] ?? 0) - mx * my;
      sum += ((2 * mx * my + c1) * (2 * together + c2)) / ((mx * mx + my * my + c1) * (spread + c2));
    });
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
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < outWidth; column++) {
      rows[row * outWidth + column] = weighted(plane, row * width + column, 1, weights);
    }
  }
  const result = new Float64Array(outHeight * outWidth);
  for (let place = 0; place < result.length; place++) result[place] = weighted(rows, place, outWidth, weights);
  return result;
}

function weighted(values: Float64Array, start: number, stride: number, weights: Float64Array): number {
  let sum = 0;
  for (let tap = 0; tap < weights.length; tap++) sum += (values[start + tap * stride] ?? 0) * (weights[tap] ?? 0);
  return sum;
}

function products(x: Float32Array, y: Float32Array): Float64Array {
  return Float64Array.from(x, (value, place) => value * (y[place] ?? 0));
}
