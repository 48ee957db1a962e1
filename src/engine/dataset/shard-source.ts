/** One of several parts of a source, by place, that are scored apart and joined later. */
import * as l10n from '@vscode/l10n';
import { UserError } from '../../shared/errors';
import type { Shard } from '../../shared/settings';
import type { DecodedImage, ImageSource, Preprocessing } from './dataset';
import type { ScoredSource } from './joined-source';
import type { PreprocessingWish } from './suggest-preprocessing';

/** Part `index` (from 1) of `of` as equal parts: the places from `start` to before `end`. */
export function shardRange(images: number, { index, of }: Shard): { start: number; end: number } {
  return { start: Math.floor(((index - 1) * images) / of), end: Math.floor((index * images) / of) };
}

/**
 * Its images are copied into the cache even where an array could be read in place: so the caches of all parts can be
 * joined.
 */
export class ShardSource implements ScoredSource {
  readonly location: string;
  readonly name: string;
  readonly paths: readonly string[];
  readonly notes: readonly string[];
  readonly ownImages: number;
  readonly whole: NonNullable<ScoredSource['whole']>;
  readonly #all: ImageSource;
  readonly #start: number;

  /** Throws `settings-invalid` when there are fewer images than parts. */
  constructor(all: ScoredSource, shard: Shard) {
    const { start, end } = shardRange(all.paths.length, shard);
    if (shard.of > all.paths.length) {
      throw new UserError(
        'settings-invalid',
        l10n.t(
          'Too few images are in {1} to be scored in {2} parts. Choose at most {0}.',
          all.paths.length,
          all.location,
          shard.of,
        ),
      );
    }
    ({ location: this.location, name: this.name, notes: this.notes } = all);
    this.paths = all.paths.slice(start, end);
    this.ownImages = Math.min(Math.max(all.ownImages - start, 0), end - start);
    this.whole = { start, paths: all.paths };
    this.#all = all;
    this.#start = start;
  }

  filePath(index: number): string | undefined {
    return this.#all.filePath(this.#start + index);
  }

  suggestPreprocessing(wish: PreprocessingWish, signal: AbortSignal): Promise<Preprocessing> {
    return this.#all.suggestPreprocessing(wish, signal);
  }

  decode(index: number, preprocessing: Preprocessing): Promise<DecodedImage> {
    return this.#all.decode(this.#start + index, preprocessing);
  }

  render(index: number, longestSide: number, format: 'webp' | 'png'): Promise<Uint8Array> {
    return this.#all.render(this.#start + index, longestSide, format);
  }

  close(): Promise<void> {
    return this.#all.close();
  }
}
