import { evenSample } from '../../shared/even-sample';
import type { Matrix } from '../compute/backend';

/** Maps that the statistics are fitted on are held in memory: 48 MB of them. */
const largestValues = 12_000_000;

/** The maps of as many images of a sample, evenly spread, as may be held; they come batch by batch. */
export class MapSample {
  /** Of the sample, ascending. */
  readonly rows: Uint32Array;
  /** [rows, values] */
  readonly maps: Matrix;
  #taken = 0;

  /** @param values of the map of one image */
  constructor(images: number, values: number) {
    this.rows = evenSample(images, Math.floor(largestValues / Math.max(1, values)));
    this.maps = { rows: this.rows.length, columns: values, data: new Float32Array(this.rows.length * values) };
  }

  /** @param batch [count, values] of the images of the sample from `start` on, which is where the last batch ended */
  take(batch: Float32Array, start: number, count: number): void {
    const { columns, data } = this.maps;
    for (; (this.rows[this.#taken] ?? Infinity) < start + count; this.#taken++) {
      const from = ((this.rows[this.#taken] ?? 0) - start) * columns;
      data.set(batch.subarray(from, from + columns), this.#taken * columns);
    }
  }
}
