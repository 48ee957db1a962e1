import type { FeatureShape, NetworkSpec } from '../spec';

export interface PresetOptions {
  /** How many numbers describe an image; absent: the preset's own. */
  readonly latent?: number;
}

/** A network to choose by name. */
export interface Preset {
  readonly name: string;
  /** For people. */
  readonly title: string;
  readonly description: string;
  /** Fits any image size; others work at {@link exampleInput} only. */
  readonly adaptive: boolean;
  /** The size it was made for, or is described with. */
  readonly exampleInput: FeatureShape;
  /** @throws UserError `model-invalid` when it cannot work at this size */
  build(input: FeatureShape, options?: PresetOptions): NetworkSpec;
}
