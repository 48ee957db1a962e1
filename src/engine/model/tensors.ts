/** Weights by name, in PyTorch's layouts. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** `encoder.0.weight`, `encoder.1.running_mean`, …, in the order of the layers. */
export type NamedTensors = ReadonlyMap<string, Tensor>;
