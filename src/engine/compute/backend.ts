/**
 * The one interface between training or scoring and what computes. Images and reconstructions are float32 in
 * [0, 1], layout [batch, channels, height, width]; weights are named tensors in PyTorch's layouts, so that a model
 * trained on one backend scores on another.
 */
import type { DeviceName, FocalSettings, LossName, OptimizerName } from '../../shared/settings';
import type { FeatureShape, NetworkSpec } from '../model/spec';
import type { PretextTask } from '../model/pretext';
import type { NamedTensors, Tensor } from '../model/tensors';

export type { NamedTensors, Tensor };

export interface TrainerOptions {
  /** Fixed for the trainer's life. */
  readonly batchSize: number;
  readonly loss: LossName;
  /** Of the focal loss; absent: its defaults. */
  readonly focal?: FocalSettings;
  /** Beta: what a network with a `sample` layer pays for the distance of its codes from the standard normal; absent: 1. */
  readonly klWeight?: number;
  /** What the encoder is asked beside the reconstruction. Nothing is, where it makes no maps (see model/pretext.ts). */
  readonly pretext?: readonly PretextTask[];
  /** Absent: AdamW. */
  readonly optimizer?: OptimizerName;
  /** Decoupled in AdamW; added to the gradient in the others, as in PyTorch. */
  readonly weightDecay: number;
  /** Gradients of a larger norm, over all parameters, are scaled down to it. */
  readonly gradientClip?: number;
  /** Of dropout and sampling; with the same seed and step the same numbers are drawn. Absent: 0. */
  readonly seed?: number;
  readonly threads: number;
  /** The network's, and those of the pretext tasks' heads where they were trained before. */
  readonly weights: NamedTensors;
  /** Moments and step count of an earlier trainer, to go on exactly where it stopped. */
  readonly optimizerState?: OptimizerState;
}

export interface OptimizerState {
  readonly step: number;
  readonly firstMoments: NamedTensors;
  readonly secondMoments: NamedTensors;
}

export interface StepOptions {
  readonly learningRate: number;
  /** Beta 1 of Adam and AdamW (absent: 0.9), the momentum of SGD and RMSprop (absent: 0). */
  readonly momentum?: number;
  /** How many images of the batch, those with the lowest loss, make the gradient. */
  readonly keep: number;
  /** Where the trainer has pretext tasks. */
  readonly pretext?: PretextBatch;
}

/** Images that are asked about, each made of the image at the same place of the batch. */
export interface PretextBatch {
  /** [batch, channels, height, width] */
  readonly images: Float32Array;
  /** [batch, answers of all tasks]: 1 at the right answer of each task, else 0. */
  readonly labels: Float32Array;
}

export interface TrainingBatch extends StepOptions {
  /** [batch, channels, height, width] */
  readonly input: Float32Array;
  /** The same array as `input` unless that was corrupted on purpose. */
  readonly target: Float32Array;
}

export interface Trainer {
  /**
   * One optimizer step. `input` and `target` are [batch, channels, height, width], the same array unless the input
   * was corrupted on purpose. Resolves to each image's loss [batch] before the update.
   */
  step(input: Float32Array, target: Float32Array, options: StepOptions): Promise<Float32Array>;
  /**
   * As many steps in one call, which costs less than as many calls and gives the same bytes; absent where nothing is
   * saved. `batchOf` is asked for each step's batch in turn, counted from 0; what it gave is copied before it is asked
   * for the next. Resolves to each step's losses.
   */
  steps?(count: number, batchOf: (step: number) => TrainingBatch): Promise<Float32Array[]>;
  /** A copy of weights and running statistics, those of the pretext tasks' heads among them. */
  weights(): Promise<NamedTensors>;
  optimizerState(): Promise<OptimizerState>;
  dispose(): Promise<void>;
}

/**
 * What a network tells of its inside while it draws an image:
 * - `encoder`: mean and standard deviation of the input; after every activation of the encoder the same and 2×2 means.
 * - `decoder`: mean and standard deviation after every activation of the decoder but the last.
 * - `rebuilt`: how the encoder's activations for the reconstruction differ from those for the image: the logarithm of
 *   1e-4 + mean and 2×2 means of the absolute difference.
 * - `stage`: one activation of the encoder, whole, a map of a quarter of the image's side or less: that for the image less
 *   that for the reconstruction.
 */
export const featureNames = ['encoder', 'decoder', 'rebuilt', 'stage'] as const;
export type FeatureName = (typeof featureNames)[number];
export type NetworkFeatures = Readonly<Partial<Record<FeatureName, Float32Array>>>;

export interface ScorerOutput {
  /** [count, channels, height, width] */
  readonly reconstruction: Float32Array;
  /** [count, latent] */
  readonly latent: Float32Array;
  /** By name [count, size], those that the network has, when asked for. */
  readonly features?: NetworkFeatures;
}

export interface Scorer {
  readonly batchSize: number;
  readonly latentSize: number;
  /** Length of a row of each kind of feature; 0 for what the network does not have or nobody asked for. */
  readonly featureSizes: Readonly<Record<FeatureName, number>>;
  /** [channels, height, width] of the feature `stage`. */
  readonly stageShape?: FeatureShape;
  /** Evaluation mode. `input` holds `count` ≤ batchSize images. Outputs are valid until the next call. */
  run(input: Float32Array, count: number): Promise<ScorerOutput>;
  dispose(): Promise<void>;
}

export interface ScorerOptions {
  readonly batchSize: number;
  readonly threads: number;
  readonly weights: NamedTensors;
  readonly features: boolean;
}

/** The second half of a network: from codes to images. */
export interface Decoder {
  readonly latentSize: number;
  /** Evaluation mode. @param latent [count, latent] @returns [count, channels, height, width] in [0, 1] */
  decode(latent: Float32Array, count: number): Promise<Float32Array>;
  dispose(): Promise<void>;
}

export type DecoderOptions = Pick<ScorerOptions, 'threads' | 'weights'>;

/** Row-major float32 products, for statistics that are as heavy as the network itself. */
export interface MatrixMultiplier {
  /** op(a)·op(b) with a [m, k] (or [k, m] transposed) and b [k, n] (or [n, k] transposed). */
  multiply(a: Matrix, b: Matrix, options?: { transposeA?: boolean; transposeB?: boolean }): Promise<Matrix>;
  dispose(): Promise<void>;
}

export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float32Array;
}

export interface SelfTest {
  readonly passed: boolean;
  /** "gradients agree to 3e-5", or what failed. */
  readonly detail: string;
  readonly milliseconds: number;
}

export interface Backend {
  readonly name: string;
  readonly device: DeviceName;
  readonly versions: Readonly<Record<string, string>>;
  /** A small network's gradients against finite differences; at most a second. */
  selfTest(): Promise<SelfTest>;
  createTrainer(spec: NetworkSpec, options: TrainerOptions): Promise<Trainer>;
  createScorer(spec: NetworkSpec, options: ScorerOptions): Promise<Scorer>;
  createDecoder(spec: NetworkSpec, options: DecoderOptions): Promise<Decoder>;
  /** The scoring graph as a file of its own (ONNX), dynamic batch, with metadata. */
  exportModel(
    spec: NetworkSpec,
    weights: NamedTensors,
    metadata: Readonly<Record<string, string>>,
  ): Promise<Uint8Array>;
}
