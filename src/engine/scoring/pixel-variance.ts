/**
 * What error is usual at each pixel: the mean of squared errors over the usual images. Of every batch the worst 5 %
 * by loss are not counted, so that one pass is enough and the odd ones do not excuse themselves.
 */
export class PixelVariance {
  readonly #sums: Float64Array;
  #images = 0;

  constructor(private readonly values: number) {
    this.#sums = new Float64Array(values);
  }

  /** @param squaredErrors [count, values] @param losses [count] */
  add(squaredErrors: Float32Array, losses: Float32Array, count: number): void {
    const sorted = losses.slice(0, count).sort();
    const limit = sorted[Math.max(0, Math.ceil(count * 0.95) - 1)] ?? Infinity;
    for (let image = 0; image < count; image++) {
      if ((losses[image] ?? 0) > limit) continue;
      this.#images++;
      for (let place = 0; place < this.values; place++) {
        this.#sums[place] = (this.#sums[place] ?? 0) + (squaredErrors[image * this.values + place] ?? 0);
      }
    }
  }

  /** [values]; a small floor keeps pixels that never err from ruling. */
  result(): Float32Array {
    return Float32Array.from(this.#sums, (sum) => sum / Math.max(1, this.#images) + 1e-4);
  }
}
