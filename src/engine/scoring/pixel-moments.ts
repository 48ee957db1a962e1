import type { PixelMeans } from './score';

/** Mean and variance of each value over images that come block by block. */
export class PixelMoments {
  readonly #sums: Float64Array;
  readonly #squares: Float64Array;
  #images = 0;

  constructor(private readonly values: number) {
    this.#sums = new Float64Array(values);
    this.#squares = new Float64Array(values);
  }

  /** @param images [count, values] */
  add(images: Float32Array, count: number): void {
    this.#images += count;
    for (let image = 0; image < count; image++) {
      for (let place = 0; place < this.values; place++) {
        const value = images[image * this.values + place] ?? 0;
        this.#sums[place] = (this.#sums[place] ?? 0) + value;
        this.#squares[place] = (this.#squares[place] ?? 0) + value * value;
      }
    }
  }

  /** [values] each; a small floor keeps pixels that are always alike from ruling. */
  result(): PixelMeans {
    const images = Math.max(1, this.#images);
    const mean = Float32Array.from(this.#sums, (sum) => sum / images);
    const variance = mean.map((_, place) => {
      const middle = (this.#sums[place] ?? 0) / images;
      return Math.max(0, (this.#squares[place] ?? 0) / images - middle * middle) + 1e-4;
    });
    return { mean, variance };
  }
}
