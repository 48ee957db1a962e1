/** What every operator offers: its forward pass and, beside it, its gradient. */
import type { FeatureShape, Layer } from '../../../model/spec';
import type { Graph, Value } from '../graph';

/** Where a layer stands while a graph is built. */
export interface Place {
  readonly graph: Graph;
  /** Images in a batch, or `dynamicBatch`. */
  readonly batch: number;
  /** In training, batch statistics are used and measured; in evaluation, the running ones. */
  readonly training: boolean;
  readonly input: FeatureShape;
  readonly output: FeatureShape;
  /** The layer's own tensor: `weight`, `bias`, `running_mean`, … */
  readonly parameter: (name: string) => Value;
}

export interface Forward {
  /** [batch, channels, height, width] */
  readonly output: Value;
  /** New values of running statistics, in training. */
  readonly statistics?: Readonly<Record<string, Value>>;
  /**
   * From the loss's gradient with respect to the output, in the output's layout, to those with respect to the input
   * (in any layout) and the parameters.
   * With `inputWanted` false the input's may be left out: nothing trainable stands before the layer.
   */
  backward(outputGradient: Value, inputWanted: boolean): Gradients;
}

export interface Gradients {
  readonly input?: Value;
  readonly parameters?: Readonly<Record<string, Value>>;
}

/** Adds a layer's forward pass to the graph. `input` is [batch, channels, height, width]. */
export type Operator<T extends Layer['type']> = (
  place: Place,
  layer: Extract<Layer, { type: T }>,
  input: Value,
) => Forward;

export type Operators = { readonly [T in Layer['type']]?: Operator<T> };
