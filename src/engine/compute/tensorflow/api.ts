/**
 * The part of TensorFlow.js that is used here. The package is not among this project's dependencies: it is loaded from a
 * prepared folder, so its types are written down here.
 */
export interface TfTensor {
  readonly shape: readonly number[];
  readonly dtype: string;
  /** The same for tensors that share their values. */
  readonly dataId: object;
  dataSync(): Float32Array;
  dispose(): void;
}

/** An attribute of one of the library's own operations; its type is one of {@link NativeTypes}. */
export interface NativeAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: number | boolean | string | readonly number[];
}

/** Numbers by which the library calls types: of attributes, and of values. */
export interface NativeTypes {
  readonly TF_ATTR_STRING: number;
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_FLOAT: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_SHAPE: number;
  readonly TF_FLOAT: number;
  readonly TF_INT32: number;
}

/** Runs operations of the library that TensorFlow.js has no function for. */
export interface NativeBackend {
  readonly isUsingGpuDevice?: boolean;
  readonly binding: NativeTypes;
  executeSingleOutput(name: string, attributes: readonly NativeAttribute[], inputs: readonly TfTensor[]): TfTensor;
  executeMultipleOutputs(
    name: string,
    attributes: readonly NativeAttribute[],
    inputs: readonly TfTensor[],
    outputs: number,
  ): TfTensor[];
  readSync(dataId: object): Float32Array | Int32Array | Uint8Array;
  /** @returns the number by which the model is called */
  loadSavedModelMetaGraph(folder: string, tags: string): number;
  /** @param given `name:output` of what each of the inputs takes the place of, and `outputs` in the same way */
  runSavedModel(
    id: number,
    inputs: readonly TfTensor[],
    given: readonly { readonly name: string }[],
    outputs: readonly string[],
  ): TfTensor[];
  deleteSavedModel(id: number): void;
}

export type Shape = readonly number[];
type Axes = readonly number[];
type Pair = readonly [number, number];
type Padding = 'valid' | 'same';

export type Save = (tensors: readonly TfTensor[]) => void;

export interface Differentiable {
  readonly value: TfTensor;
  /** One derivative an input. Only what was saved is still there. */
  readonly gradFunc: (gradient: TfTensor, saved: readonly TfTensor[]) => TfTensor | readonly TfTensor[];
}

/** Images are [batch, height, width, channels]. */
export interface TensorFlow {
  readonly version: Readonly<Record<string, string>>;
  getBackend(): string;
  backend(): NativeBackend;
  memory(): { readonly numTensors: number };

  tensor(values: Float32Array, shape: Shape, type: 'float32'): TfTensor;
  tensor(values: Int32Array, shape: Shape, type: 'int32'): TfTensor;
  scalar(value: number): TfTensor;
  tidy<T>(work: () => T): T;
  keep<T extends TfTensor>(tensor: T): T;
  dispose(tensors: readonly TfTensor[]): void;
  /** Of a scalar by every one of its inputs. */
  grads(work: (...inputs: TfTensor[]) => TfTensor): (inputs: readonly TfTensor[]) => TfTensor[];
  /** An operation with derivatives of its own, one an input; what `save` is given comes back with the gradient. */
  customGrad<Inputs extends readonly TfTensor[]>(
    work: (...given: [...inputs: Inputs, save: Save]) => Differentiable,
  ): (...inputs: Inputs) => TfTensor;

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
  logSumExp(value: TfTensor, axes?: Axes): TfTensor;
  mean(value: TfTensor, axes?: Axes, keepDimensions?: boolean): TfTensor;
  matMul(a: TfTensor, b: TfTensor, transposeA?: boolean, transposeB?: boolean): TfTensor;
  reshape(value: TfTensor, shape: Shape): TfTensor;
  transpose(value: TfTensor, axes: Axes): TfTensor;
  concat(values: readonly TfTensor[], axis: number): TfTensor;
  slice(value: TfTensor, from: Shape, size: Shape): TfTensor;
  /** [batch, height, width, factor² · channels] to [batch, factor · height, factor · width, channels] */
  depthToSpace(value: TfTensor, factor: number, layout: 'NHWC'): TfTensor;
  pad(value: TfTensor, paddings: readonly Pair[], constant?: number): TfTensor;

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
  const functions = ['getBackend', 'backend', 'grads', 'customGrad', 'matMul', 'tidy'];
  return (
    functions.every((name) => typeof entries.get(name) === 'function') && typeof entries.get('version') === 'object'
  );
}
