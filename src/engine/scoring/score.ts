/** What a score is: statistics fitted on training images, and a positive number for each image; higher is stranger. */
import type { BackboneOutput } from '../compute/backbone';
import type { FeatureName, Matrix, MatrixMultiplier, NamedTensors, ScorerOutput } from '../compute/backend';
import type { SampledMaps } from './place-model';

export type ImageShape = readonly [channels: number, height: number, width: number];

/** What the network made of some images, in evaluation mode. */
export interface NetworkBatch {
  readonly count: number;
  /** What the network saw [count, channels, height, width]. */
  readonly images: Float32Array;
  /** [count, channels, height, width] */
  readonly squaredErrors: Float32Array;
  /** Mean squared error [count]. */
  readonly losses: Float32Array;
  /** Each image's row in the sample that the statistics were fitted on, −1 for an image that is not in it: [count]. */
  readonly sampleRows: Int32Array;
  readonly output: ScorerOutput;
  /** Features of a pretrained network that the user brought [count, size]. */
  readonly backbone?: BackboneOutput;
}

/** The same for a bounded sample of the training images, all at once. */
export interface TrainingSample {
  /** [images, latent] */
  readonly latents: Matrix;
  /** By kind, [rows, size] each: of all images, but `stage` of those at {@link stageRows} only, as maps are large. */
  readonly features: Readonly<Record<FeatureName, Matrix>>;
  /** Rows of the sample whose maps are held, ascending. */
  readonly stageRows: Uint32Array;
  readonly stageShape?: ImageShape;
  /** Features of a pretrained network that the user brought [images, size]. */
  readonly backbone?: Matrix;
  /** Its map of the places, of some of the images: they are large. */
  readonly backboneMaps?: SampledMaps;
  /** Mean squared error [images]. */
  readonly losses: Float32Array;
  /** [channels · height · width]: mean squared error of each value over the usual images. */
  readonly pixelVariance: Float32Array;
  /** Of the images themselves, by value [channels · height · width]. */
  readonly pixels: PixelMeans;
}

export interface PixelMeans {
  readonly mean: Float32Array;
  readonly variance: Float32Array;
}

export interface ScoringTools {
  readonly multiplier: MatrixMultiplier;
  readonly shape: ImageShape;
  /** Share of the images that the user takes for odd; absent: no more than the usual 5 %. */
  readonly oddShare?: number;
}

export interface NetworkScore {
  readonly name: string;
  /** Under which a run keeps its statistics; absent: its name. Another one where they are not what they once were. */
  readonly group?: string;
  /** Absent: it needs no statistics. None come out where the network lacks what the score looks at. */
  fit?(sample: TrainingSample, tools: ScoringTools): Promise<NamedTensors>;
  evaluate(batch: NetworkBatch, statistics: NamedTensors, tools: ScoringTools): Promise<Float32Array>;
}
