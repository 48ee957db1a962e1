/** Squared errors of any number of pixels in constant memory: the one scale on which a data set's errors are drawn. */

const binCount = 4096;

export class ErrorHistogram {
  readonly #bins = new Float64Array(binCount);

  /** @param values in [0, 1] */
  add(values: Float32Array): void {
    for (const value of values) {
      // Square roots spread the many small errors over more bins.
      const bin = Math.min(binCount - 1, Math.floor(Math.sqrt(value) * binCount));
      this.#bins[bin] = (this.#bins[bin] ?? 0) + 1;
    }
  }

  /** How many errors each bin holds. */
  get bins(): Float64Array {
    return this.#bins;
  }

  /** Adds those of another part of the images. */
  addBins(bins: Float64Array): void {
    if (bins.length !== binCount) throw new Error(`${bins.length} bins of errors instead of ${binCount}`);
    bins.forEach((count, bin) => {
      this.#bins[bin] = (this.#bins[bin] ?? 0) + count;
    });
  }

  /**
   * The 99.9th percentile, to a thousandth: what is drawn as full intensity. 1 without errors.
   * @param counted the share of the pixels that counts; the others are all zeros, below any other error
   */
  scale(counted: number): number {
    const count = this.#bins.reduce((sum, inBin) => sum + inBin, 0);
    if (count === 0) return 1;
    let seen = 0;
    for (let bin = 0; bin < binCount; bin++) {
      seen += this.#bins[bin] ?? 0;
      if (seen >= (1 - 0.001 * counted) * count) return ((bin + 1) / binCount) ** 2;
    }
    return 1;
  }
}
