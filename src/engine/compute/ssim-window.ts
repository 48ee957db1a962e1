/** The window and the constants of SSIM (Wang, Bovik, Sheikh and Simoncelli 2004), for values in 0..1. */

const largestSide = 11;
const deviation = 1.5;
export const luminanceConstant = 0.01 ** 2;
export const contrastConstant = 0.03 ** 2;

/** One side of the window, a Gaussian of 11 pixels or of the largest odd size that fits the image; sums to 1. */
export function ssimWindow(height: number, width: number): number[] {
  const side = windowSide(height, width);
  const weights = Array.from({ length: side }, (_, place) =>
    Math.exp(-((place - (side - 1) / 2) ** 2) / (2 * deviation ** 2)),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

function windowSide(height: number, width: number): number {
  const fitting = Math.min(largestSide, height, width);
  return fitting % 2 === 1 ? fitting : fitting - 1;
}
