/** What is known of a network once its shapes are worked out. */
import * as l10n from '@vscode/l10n';
import type { FeatureShape, Layer, NetworkSpec } from './spec';

export type ParameterKind = 'weight' | 'bias' | 'normWeight' | 'normBias' | 'runningMean' | 'runningVariance';

export interface ParameterPlan {
  /** As in PyTorch: `encoder.0.weight`, `encoder.1.running_mean`, `encoder.2.shortcut.0.weight`. */
  readonly name: string;
  readonly kind: ParameterKind;
  /**
   * PyTorch's layout: conv [out, in, kernel, kernel], transposed conv [in, out, kernel, kernel], linear [out, in], layer
   * norm [channels, height, width], other norms and biases [n].
   */
  readonly shape: readonly number[];
  /** What initial weights are scaled by: the inputs of one output value, as PyTorch counts them. */
  readonly fanIn: number;
}

export interface LayerPlan {
  /** Its place: `encoder.3`, or inside a composite `encoder.3.layers.0`. */
  readonly name: string;
  readonly part: 'encoder' | 'decoder';
  readonly layer: Layer;
  readonly input: FeatureShape;
  readonly output: FeatureShape;
  /** With full names; those of a composite's inner layers are here as well. */
  readonly parameters: readonly ParameterPlan[];
  /** Of a composite: `residual` has [layers, shortcut], the shortcut perhaps empty; `branches` one list each. */
  readonly inner?: readonly (readonly LayerPlan[])[];
}

export interface NetworkPlan {
  readonly spec: NetworkSpec;
  readonly input: FeatureShape;
  readonly layers: readonly LayerPlan[];
  /** Every layer's tensors in order, running statistics among them. */
  readonly parameters: readonly ParameterPlan[];
  /** How many numbers the encoder makes of an image. */
  readonly latentSize: number;
  /** Trained numbers; running statistics do not count. */
  readonly parameterCount: number;
}

/** Running statistics are measured, not trained. */
export function isTrained(parameter: ParameterPlan): boolean {
  return parameter.kind !== 'runningMean' && parameter.kind !== 'runningVariance';
}

export function valueCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** `3×64×64 (channels×height×width)` in messages. */
export function describeShape(shape: FeatureShape): string {
  return l10n.t('{0} (channels×height×width)', shape.join('×'));
}
