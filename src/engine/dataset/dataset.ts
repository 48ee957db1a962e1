/** What the rest of the engine knows of a data set: an ordered list, and pixels by index from a cache on disk. */
import type { ManifestEntry } from '../../shared/run';
import type { CacheRecipe } from './cache-recipe';

export interface Preprocessing {
  readonly channels: 1 | 3;
  readonly height: number;
  readonly width: number;
  /** Fractions of width and height: x0, y0, x1, y1. */
  readonly roi?: readonly [number, number, number, number];
}

/** Where images come from: a folder, an array, a list. Never writes to the source. */
export interface ImageSource {
  /** Absolute, as the user named it. */
  readonly location: string;
  /** Last part of the path, for titles and run folder names. */
  readonly name: string;
  /** Names in data-set order; an image's place never changes, readable or not. */
  readonly paths: readonly string[];
  /** Notes for the user, such as links that loop or folders without rights. */
  readonly notes: readonly string[];
  /** Absolute path of the file behind an image: its own, or that of which it is a page; absent for rows of arrays. */
  filePath(index: number): string | undefined;
  /** Chooses size and colour by looking at some of the images, evenly spread. */
  suggestPreprocessing(
    wish: { size?: number; color: 'auto' | 'rgb' | 'gray'; roi?: Preprocessing['roi'] },
    signal: AbortSignal,
  ): Promise<Preprocessing>;
  /** The decoded image for one index; a decoding failure is in `entry.error`, never thrown. */
  decode(index: number, preprocessing: Preprocessing): Promise<DecodedImage>;
  /** Where the images lie as rows that are what the network sees already; absent or `undefined`: they must be copied. */
  inPlace?(preprocessing: Preprocessing): ImagesInPlace | undefined;
  /** A picture for people, at most `longestSide` pixels, EXIF orientation applied, written as `format`. */
  render(index: number, longestSide: number, format: 'webp' | 'png'): Promise<Uint8Array>;
  close(): Promise<void>;
}

export interface DecodedImage {
  readonly entry: ManifestEntry;
  /** [channels, height, width], uint8; absent when unreadable. */
  readonly pixels?: Uint8Array;
}

/** Rows of one byte a value in a file that stays. */
export interface ImagesInPlace extends RowsInPlace {
  /** An image's entry, without its pixels; a failure is in `error`, never thrown. */
  identify(index: number): Promise<ManifestEntry>;
}

export interface RowsInPlace {
  readonly file: string;
  /** Where the first row begins, in bytes. */
  readonly offset: number;
  /** [height, width, channels] instead of [channels, height, width]. */
  readonly interleaved: boolean;
  /** The bytes that are black and white. */
  readonly low: number;
  readonly high: number;
}

/** Values of an image that do not count: they are the same in every image, and errors there are none. */
export interface IgnoredValues {
  /** Among the values of one image [channels, height, width], rising. */
  readonly places: Uint32Array;
  /** What stands there instead, by place. */
  readonly fill: Float32Array;
}

/** Preprocessed images in one file, read by page; memory does not grow with the number of images. */
export interface TensorCache {
  readonly count: number;
  /** [channels, height, width] */
  readonly shape: readonly [number, number, number];
  readonly valuesPerImage: number;
  /** Absent: all of the images counts. */
  readonly ignored?: IgnoredValues;
  /** How another thread opens the same images; absent: only this one can read them. */
  readonly recipe?: CacheRecipe;
  /** Fills `out` with the images' values scaled to [0, 1], in the order of `indexes`: [n, channels, height, width]. */
  read(indexes: ArrayLike<number>, out: Float32Array): void;
  close(): Promise<void>;
}
