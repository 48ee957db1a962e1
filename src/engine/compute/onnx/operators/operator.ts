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
  /** In training, the layer's random numbers of this step (see network/noise.ts): [batch, channels, height, width]. */
  readonly noise: () => Value;
  /** Of a composite layer, its inner chains, in the order of its plan. */
  readonly inner: readonly Chain[];
}

/** Layers one after the other; an empty chain gives back what it is given. */
export type Chain = (input: Value) => Forward;

export interface Forward {
  /** [batch, channels, height, width] */
  readonly output: Value;
  /** New values of running statistics, in training. */
  readonly statistics?: Readonly<Record<string, Value>>;
  /** In training, what each image pays for its code's distance from the standard normal distribution: [batch]. */
  readonly divergence?: Value;
  /** Adds the gradients. Parameters' names are relative to the layer, `layers.0.weight` inside a composite. */
  backward(outputGradient: Value, wanted: Wanted): Gradients;
}

export interface Wanted {
  /** False where nothing trainable stands before the layer: then the input's gradient may be left out. */
  readonly input: boolean;
  /** The loss's derivative by each image's divergence: [batch, 1, 1, 1]. */
  readonly divergence: Value;
}

export interface Gradients {
  readonly input?: Value;
  readonly parameters?: Readonly<Record<string, Value>>;
}

/**
 * Adds a layer's forward pass to the graph. `input` is [batch, channels, height, width]. The gradient that `backward`
 * is given has the output's layout; the one it returns may have any.
 */
export type Operator<T extends Layer['type']> = (
  place: Place,
  layer: Extract<Layer, { type: T }>,
  input: Value,
) => Forward;

export type Operators = { readonly [T in Layer['type']]: Operator<T> };
