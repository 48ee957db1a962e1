/** What a layer's function is given, and what it tells besides its output. */
import type { LayerPlan } from '../../../model/plan';
import type { Layer } from '../../../model/spec';
import type { TensorFlow, TfTensor } from '../api';

/** Layers that are computed as one. */
export interface JoinedLayers {
  readonly count: number;
  readonly last: LayerPlan;
  /** @param parameter by its full name */
  readonly run: (input: TfTensor, parameter: (name: string) => TfTensor) => TfTensor;
}

/** One way through the network. */
export interface Pass {
  readonly training: boolean;
  /** What the network is shown: nothing asks for its derivative. */
  readonly image?: TfTensor;
  /** By the parameters' full names, in TensorFlow's layouts. */
  readonly parameters: ReadonlyMap<string, TfTensor>;
  /** Of a layer, by its name, channels last. Only in training. */
  readonly noise?: (layer: string) => TfTensor;
  /** Is told the next value of a running statistic. */
  readonly measured?: (parameter: string, value: TfTensor) => void;
  /** Is told [batch], the divergence of each image's code from the standard normal. */
  readonly diverges?: (divergence: TfTensor) => void;
  /** By the first layer of each. Of these, the last layer's output is shown alone. */
  readonly joined?: ReadonlyMap<LayerPlan, JoinedLayers>;
  /** Is shown every layer's output. */
  readonly observe?: (plan: LayerPlan, output: TfTensor) => void;
}

export interface Place {
  readonly plan: LayerPlan;
  readonly training: boolean;
  /** Whether the input is what the network is shown. */
  readonly isImage: boolean;
  /** By its name within the layer. */
  readonly parameter: (name: string) => TfTensor;
  readonly noise: () => TfTensor;
  readonly measured: (parameter: string, value: TfTensor) => void;
  readonly diverges: (divergence: TfTensor) => void;
  /** The chains of layers inside this one. */
  readonly inner: readonly ((input: TfTensor) => TfTensor)[];
}

export type LayerFunction<T extends Layer['type']> = (
  tf: TensorFlow,
  place: Place,
  layer: Extract<Layer, { type: T }>,
  input: TfTensor,
) => TfTensor;

export type LayerFunctions = { readonly [T in Layer['type']]: LayerFunction<T> };
