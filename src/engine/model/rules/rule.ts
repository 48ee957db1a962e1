/** What a layer type must say of itself. */
import type { LayerPlan, ParameterKind } from '../plan';
import type { FeatureShape, Layer } from '../spec';

export interface LayerParameter {
  /** Within the layer, as in PyTorch: `weight`, `bias`, `running_mean`, `running_var`. */
  readonly name: string;
  readonly kind: ParameterKind;
  readonly shape: readonly number[];
  readonly fanIn: number;
}

export interface LayerOutline {
  readonly output: FeatureShape;
  /** Its own; those of inner layers are found in `inner`. */
  readonly parameters: readonly LayerParameter[];
  readonly inner?: readonly (readonly LayerPlan[])[];
}

export interface Place {
  /** Stops with a sentence on what the layer would need. */
  readonly refuse: (need: string) => never;
  /** Works out layers inside this one, which are called `prefix.0`, `prefix.1`, … within it. */
  readonly planInner: (prefix: string, layers: readonly Layer[], input: FeatureShape) => readonly LayerPlan[];
  /** Whether it is the encoder's very last layer. */
  readonly endsEncoder: boolean;
}

/** @param input [channels, height, width] of what arrives */
export type Rule<T extends Layer['type']> = (
  layer: Extract<Layer, { type: T }>,
  input: FeatureShape,
  place: Place,
) => LayerOutline;

export type Rules = { readonly [T in Layer['type']]: Rule<T> };
