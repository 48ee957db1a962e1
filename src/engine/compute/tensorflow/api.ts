/**
 * The part of TensorFlow.js that is used here. The package is not among this project's dependencies: it is loaded from a
 * prepared folder, so its types are written down here.
 */
export interface TfTensor {
  readonly shape: readonly number[];
  dataSync(): Float32Array;
  dispose(): void;
}

export interface TfVariable extends TfTensor {
  readonly name: string;
  assign(value: TfTensor): void;
}

export type Shape = readonly number[];
type Axes = readonly number[];
type Pair = readonly [number, number];
type Padding = 'valid' | 'same';

/** Images are [batch, height, width, channels]. */
export interface TensorFlow {
  readonly version: Readonly<Record<string, string>>;
  getBackend(): string;
  backend(): { readonly isUsingGpuDevice?: boolean };
  memory(): { readonly numTensors: number };

  tensor(values: Float32Array, shape: Shape, type: 'float32'): TfTensor;
  scalar(value: number): TfTensor;
  variable(value: TfTensor, trainable: boolean, name?: string): TfVariable;
  tidy<T>(work: () => T): T;
  keep<T extends TfTensor>(tensor: T): T;
  dispose(tensors: readonly TfTensor[]): void;
  /** Of a scalar; the gradients are keyed by the variables' names. */
  variableGrads(
    work: () => TfTensor,
    variables: readonly TfVariable[],
  ): { value: TfTensor; grads: Readonly<Record<string, TfTensor>> };
  /** An operation with a derivative of its own; what `save` is given comes back with the gradient. */
  customGrad(
    work: (
      input: TfTensor,
      save: (tensors: readonly TfTensor[]) => void,
    ) => { value: TfTensor; gradFunc: (gradient: TfTensor, saved: readonly TfTensor[]) => TfTensor },
  ): (input: TfTensor) => TfTensor;

  add(a: TfTensor, b: TfTensor | number): TfTensor;
  sub(a: TfTensor | number, b: TfTensor | number): TfTensor;
  mul(a: TfTensor, b: TfTensor | number): TfTensor;
  div(a: TfTensor | number, b: TfTensor | number): TfTensor;
  maximum(a: TfTensor, b: TfTensor | number): TfTensor;
  minimum(a: TfTensor, b: TfTensor | number): TfTensor;
  pow(a: TfTensor, b: TfTensor | number): TfTensor;
  neg(value: TfTensor): TfTensor;
  abs(value: TfTensor): TfTensor;
  sign(value: TfTensor): TfTensor;
  exp(value: TfTensor): TfTensor;
  log(value: TfTensor): TfTensor;
  sqrt(value: TfTensor): TfTensor;
  square(value: TfTensor): TfTensor;
  erf(value: TfTensor): TfTensor;
  tanh(value: TfTensor): TfTensor;
  sigmoid(value: TfTensor): TfTensor;
  softplus(value: TfTensor): TfTensor;
  relu(value: TfTensor): TfTensor;
  leakyRelu(value: TfTensor, slope: number): TfTensor;
  elu(value: TfTensor): TfTensor;
  /** 1 where the value is positive, else 0. */
  step(value: TfTensor): TfTensor;

  sum(value: TfTensor, axes?: Axes, keepDimensions?: boolean): TfTensor;
  mean(value: TfTensor, axes?: Axes, keepDimensions?: boolean): TfTensor;
  matMul(a: TfTensor, b: TfTensor, transposeA?: boolean, transposeB?: boolean): TfTensor;
  reshape(value: TfTensor, shape: Shape): TfTensor;
  transpose(value: TfTensor, axes: Axes): TfTensor;
  concat(values: readonly TfTensor[], axis: number): TfTensor;
  slice(value: TfTensor, from: Shape, size: Shape): TfTensor;
  pad(value: TfTensor, paddings: readonly Pair[], constant?: number): TfTensor;

  /** @param filter [height, width, in, out] */
  conv2d(images: TfTensor, filter: TfTensor, stride: number, padding: Padding): TfTensor;
  /** @param filter [height, width, out, in] */
  conv2dTranspose(images: TfTensor, filter: TfTensor, output: Shape, stride: number, padding: Padding): TfTensor;
  /** @param filter [height, width, channels, 1] */
  depthwiseConv2d(images: TfTensor, filter: TfTensor, stride: number, padding: Padding): TfTensor;
  maxPool(images: TfTensor, kernel: number | Pair, stride: number | Pair, padding: Padding): TfTensor;
  avgPool(images: TfTensor, kernel: number | Pair, stride: number | Pair, padding: Padding): TfTensor;
  readonly image: {
    /** Without aligned corners or half-pixel centres: source = floor(i · in / out). */
    resizeNearestNeighbor(images: TfTensor, size: Pair): TfTensor;
  };
}

/** Whether a loaded module has what is called here. */
export function isTensorFlow(module: unknown): module is TensorFlow {
  if (typeof module !== 'object' || module === null) return false;
  const entries = new Map<string, unknown>(Object.entries(module));
  const functions = ['getBackend', 'backend', 'variableGrads', 'customGrad', 'conv2dTranspose', 'matMul', 'tidy'];
  return (
    functions.every((name) => typeof entries.get(name) === 'function') && typeof entries.get('version') === 'object'
  );
}
