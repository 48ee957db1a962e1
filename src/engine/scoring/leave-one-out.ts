/** Distances of images that took part in a fit, as if they had not. */

/** An image alone in its direction leaves nothing; rounding must not turn that into a negative distance. */
const smallestRest = 1e-5;

/** By Sherman and Morrison; the shift of the mean is small beside it. @param leverage the image's share in its own distance */
export function withoutItself(distance: number, leverage: number): number {
  return distance / Math.max(1 - leverage, smallestRest);
}

/**
 * @param distances as for images that took no part in the fit
 * @param leaveOneOut by row of the fit's sample; NaN for rows that took no part
 * @param sampleRows each image's row in the sample, −1 for one that is not in it
 */
export function replaceOwnDistances(
  distances: Float32Array,
  leaveOneOut: Float32Array,
  sampleRows: Int32Array,
): Float32Array {
  return distances.map((distance, image) => {
    const own = leaveOneOut[sampleRows[image] ?? -1] ?? NaN;
    return Number.isNaN(own) ? distance : own;
  });
}
