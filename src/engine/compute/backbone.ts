/** What a pretrained image network is to the scores: features of images, beside what the trained network sees. */
import type { ImageSize } from './image-scaling';

/** What the user says of it; the file's own metadata and shapes say the rest. */
export interface BackboneWishes {
  /** Absolute path of an ONNX file. */
  readonly file: string;
  /** Side in pixels of the images it takes. */
  readonly size?: number;
  /** Taken off each channel of images in [0, 1], one number or one a channel. */
  readonly mean?: readonly number[];
  /** What the rest is divided by. */
  readonly std?: readonly number[];
}

/** All that must be the same when an earlier run's statistics are applied to other images. */
export interface BackboneRecipe {
  readonly file: string;
  readonly sha256: string;
  readonly size: readonly [height: number, width: number];
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

export type PlaceMapShape = readonly [channels: number, height: number, width: number];

export interface BackboneOutput {
  /** [count, featureSize] */
  readonly features: Float32Array;
  /** [count, mapShape] */
  readonly map?: Float32Array;
}

export interface Backbone {
  readonly recipe: BackboneRecipe;
  readonly featureSize: number;
  /** Of the map that tells the image's places apart; absent: it has none that suits. */
  readonly mapShape: PlaceMapShape | undefined;
  /** @param images [count, channels, height, width] in [0, 1] of any size */
  run(images: Float32Array, count: number, from: ImageSize): Promise<BackboneOutput>;
  dispose(): Promise<void>;
}
