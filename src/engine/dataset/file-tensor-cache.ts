/** Images as rows of bytes in one file, read by place: a cache made for it, or an array that needs no change. */
import * as l10n from '@vscode/l10n';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { UserError } from '../../shared/errors';
import { toLevels } from './array-values';
import type { CacheRecipe } from './cache-recipe';
import type { RowsInPlace, TensorCache } from './dataset';

export type CacheShape = readonly [channels: number, height: number, width: number];

/** Rows in a file that belongs to somebody else, as it was when the images were read. */
export interface ForeignRows extends RowsInPlace {
  readonly size: number;
  readonly modifiedMs: number;
}

/** Rows of [channels, height, width] from the first byte on. */
const ownRows = { offset: 0, interleaved: false, low: 0, high: 255 };

export class FileTensorCache implements TensorCache {
  readonly valuesPerImage: number;
  readonly recipe: CacheRecipe;
  readonly #rows: Omit<RowsInPlace, 'file'>;
  /** A byte as a value in [0, 1]. */
  readonly #valueOfByte: Float32Array;
  #file: number | undefined;
  #buffer = new Uint8Array(0);

  /** @param foreign absent: `file` is a cache of its own */
  constructor(
    private readonly path: string,
    readonly count: number,
    readonly shape: CacheShape,
    private readonly foreign?: ForeignRows,
  ) {
    this.valuesPerImage = shape[0] * shape[1] * shape[2];
    this.recipe = { kind: 'file', file: path, count, shape, ...(foreign && { foreign }) };
    this.#rows = foreign ?? ownRows;
    const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    this.#valueOfByte = Float32Array.from(toLevels(bytes, this.#rows) ?? bytes, (level) => level / 255);
    this.#file = openSync(path, 'r');
  }

  read(indexes: ArrayLike<number>, out: Float32Array): void {
    const values = indexes.length * this.valuesPerImage;
    if (this.#buffer.length < values) this.#buffer = new Uint8Array(values);
    const bytes = this.#buffer;
    this.#readBytes(indexes, bytes);
    const table = this.#valueOfByte;
    if (!this.#rows.interleaved) {
      for (let i = 0; i < values; i++) out[i] = table[bytes[i] ?? 0] ?? 0;
      return;
    }
    const [channels, height, width] = this.shape;
    const area = height * width;
    for (let row = 0; row < values; row += this.valuesPerImage) {
      for (let channel = 0; channel < channels; channel++) {
        const start = row + channel * area;
        for (let pixel = 0, from = row + channel; pixel < area; pixel++, from += channels) {
          out[start + pixel] = table[bytes[from] ?? 0] ?? 0;
        }
      }
    }
  }

  #readBytes(indexes: ArrayLike<number>, out: Uint8Array): void {
    if (this.#file === undefined) throw new Error('the tensor cache is closed');
    if (this.foreign) this.#checkUnchanged(this.#file, this.foreign);
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

  /** Somebody may write the array anew while a network trains on it: better no result than a wrong one. */
  #checkUnchanged(file: number, { size, modifiedMs }: ForeignRows): void {
    const now = fstatSync(file);
    if (now.size === size && Math.round(now.mtimeMs) === modifiedMs) return;
    throw new UserError(
      'source-invalid',
      l10n.t(
        '“{0}” was changed while it was in use. Resume the run to read it anew, when nothing writes to it any more.',
        this.path,
      ),
    );
  }

  #readRun(file: number, first: number, run: number, out: Uint8Array, offset: number): void {
    const length = run * this.valuesPerImage;
    for (let filled = 0; filled < length;) {
      const position = this.#rows.offset + first * this.valuesPerImage + filled;
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
