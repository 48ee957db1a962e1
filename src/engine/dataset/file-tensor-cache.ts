/** Preprocessed images in one file, a row of bytes [channels, height, width] each, read by place. */
import { closeSync, openSync, readSync } from 'node:fs';
import type { TensorCache } from './dataset';

export type CacheShape = readonly [channels: number, height: number, width: number];

/** A byte as a value in [0, 1]. */
const valueOfByte = Float32Array.from({ length: 256 }, (_, byte) => byte / 255);

export class FileTensorCache implements TensorCache {
  readonly valuesPerImage: number;
  #file: number | undefined;
  #buffer = new Uint8Array(0);

  constructor(
    file: string,
    readonly count: number,
    readonly shape: CacheShape,
  ) {
    this.valuesPerImage = shape[0] * shape[1] * shape[2];
    this.#file = openSync(file, 'r');
  }

  read(indexes: ArrayLike<number>, out: Float32Array): void {
    const values = indexes.length * this.valuesPerImage;
    if (this.#buffer.length < values) this.#buffer = new Uint8Array(values);
    const bytes = this.#buffer;
    this.readBytes(indexes, bytes);
    for (let i = 0; i < values; i++) out[i] = valueOfByte[bytes[i] ?? 0] ?? 0;
  }

  /** The same as bytes, as they are in the file. */
  readBytes(indexes: ArrayLike<number>, out: Uint8Array): void {
    if (this.#file === undefined) throw new Error('the tensor cache is closed');
    for (let at = 0; at < indexes.length;) {
      const first = indexes[at] ?? 0;
      let run = 1;
      while (at + run < indexes.length && indexes[at + run] === first + run) run++;
      if (!(first >= 0 && first + run <= this.count)) {
        throw new RangeError(`image ${first} is not in a cache of ${this.count} images`);
      }
      this.#readRun(this.#file, first, run, out, at * this.valuesPerImage);
      at += run;
    }
  }

  #readRun(file: number, first: number, run: number, out: Uint8Array, offset: number): void {
    const length = run * this.valuesPerImage;
    for (let filled = 0; filled < length;) {
      const position = first * this.valuesPerImage + filled;
      const bytesRead = readSync(file, out, offset + filled, length - filled, position);
      if (bytesRead === 0) throw new Error('the tensor cache ends early');
      filled += bytesRead;
    }
  }

  close(): Promise<void> {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
    return Promise.resolve();
  }
}
