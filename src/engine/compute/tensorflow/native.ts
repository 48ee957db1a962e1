/**
 * Operations of the native library itself, each with its derivative beside it. TensorFlow.js makes the same of many small
 * ones, of which every one passes through memory.
 */
import type { NativeAttribute, TensorFlow, TfTensor } from './api';
import { wholeNumbers } from './whole-numbers';

type Named = Readonly<Record<string, number | boolean | string | readonly number[]>>;

/** Types are those of the values that an operation takes, all float32; lists are of whole numbers. */
export function attributes(tf: TensorFlow, named: Named, types: readonly string[] = ['T']): NativeAttribute[] {
  const { binding } = tf.backend();
  const kinds = { number: binding.TF_ATTR_FLOAT, boolean: binding.TF_ATTR_BOOL, string: binding.TF_ATTR_STRING };
  const kindOf = (value: Named[string]): number => {
    if (typeof value === 'number') return kinds.number;
    if (typeof value === 'boolean') return kinds.boolean;
    return typeof value === 'string' ? kinds.string : binding.TF_ATTR_INT;
  };
  return [
    ...types.map((name) => ({ name, type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT })),
    ...Object.entries(named).map(([name, value]) => ({ name, type: kindOf(value), value })),
  ];
}

function run(tf: TensorFlow, name: string, inputs: readonly TfTensor[], named: Named = {}): TfTensor {
  return tf.backend().executeSingleOutput(name, attributes(tf, named), inputs);
}

/** What was saved: always there, but not for the compiler. */
export function saved(tensors: readonly TfTensor[], place: number): TfTensor {
  const tensor = tensors[place];
  if (tensor === undefined) throw new Error('What a gradient needs was not saved.');
  return tensor;
}

export function relu(tf: TensorFlow, input: TfTensor): TfTensor {
  return tf.customGrad<[TfTensor]>((x, save) => {
    const value = run(tf, 'Relu', [x]);
    save([value]);
    return { value, gradFunc: (gradient, kept) => run(tf, 'ReluGrad', [gradient, saved(kept, 0)]) };
  })(input);
}

export function leakyRelu(tf: TensorFlow, input: TfTensor, slope: number): TfTensor {
  return tf.customGrad<[TfTensor]>((x, save) => {
    save([x]);
    return {
      value: run(tf, 'LeakyRelu', [x], { alpha: slope }),
      gradFunc: (gradient, kept) => run(tf, 'LeakyReluGrad', [gradient, saved(kept, 0)], { alpha: slope }),
    };
  })(input);
}

export function sigmoid(tf: TensorFlow, input: TfTensor): TfTensor {
  return tf.customGrad<[TfTensor]>((x, save) => {
    const value = run(tf, 'Sigmoid', [x]);
    save([value]);
    return { value, gradFunc: (gradient, kept) => run(tf, 'SigmoidGrad', [saved(kept, 0), gradient]) };
  })(input);
}

/** @param row [values], cut into parts of these sizes */
export function split(tf: TensorFlow, row: TfTensor, parts: readonly number[]): TfTensor[] {
  const { binding } = tf.backend();
  const settings = [
    ...attributes(tf, {}),
    typeOfNumbers(tf, 'Tlen'),
    { name: 'num_split', type: binding.TF_ATTR_INT, value: parts.length },
  ];
  const sizes = wholeNumbers(tf, parts);
  const inputs = [row, sizes, tf.tensor(Int32Array.of(0), [], 'int32')];
  return tf.backend().executeMultipleOutputs('SplitV', settings, inputs, parts.length);
}

/** Outside of derivatives, or within those that are written here. A side of −1 is what is left over. */
export function reshape(tf: TensorFlow, value: TfTensor, shape: readonly number[]): TfTensor {
  const settings = [...attributes(tf, {}), typeOfNumbers(tf, 'Tshape')];
  return tf.backend().executeSingleOutput('Reshape', settings, [value, wholeNumbers(tf, shape)]);
}

/** The same holds. */
export function sum(tf: TensorFlow, value: TfTensor, axes: readonly number[]): TfTensor {
  const settings = [...attributes(tf, { keep_dims: false }), typeOfNumbers(tf, 'Tidx')];
  return tf.backend().executeSingleOutput('Sum', settings, [value, wholeNumbers(tf, axes)]);
}

function typeOfNumbers(tf: TensorFlow, name: string): NativeAttribute {
  const { TF_ATTR_TYPE, TF_INT32 } = tf.backend().binding;
  return { name, type: TF_ATTR_TYPE, value: TF_INT32 };
}

/** @param bias [channels], of the input's last axis */
export function addBias(tf: TensorFlow, input: TfTensor, bias: TfTensor): TfTensor {
  const others = input.shape.slice(0, -1).map((_, axis) => axis);
  return tf.customGrad<[TfTensor, TfTensor]>((x, b) => ({
    value: run(tf, 'BiasAdd', [x, b]),
    // The library's own BiasAddGrad adds one value after the other, and loses a digit more than this.
    gradFunc: (gradient) => [gradient, sum(tf, gradient, others)],
  }))(input, bias);
}

/**
 * @param input [batch, 1, 1, in]
 * @param weight [out, in], and bias [out] where there is one
 * @param options.isImage nothing asks for the derivative of the input
 * @returns [batch, 1, 1, out]
 */
export function linear(
  tf: TensorFlow,
  [input, weight, bias]: readonly [TfTensor, TfTensor, TfTensor | undefined],
  { isImage }: { readonly isImage: boolean },
): TfTensor {
  const [batch = 1] = input.shape;
  const [out = 1, into = 1] = weight.shape;
  const product = (a: TfTensor, b: TfTensor, turnA: boolean, turnB: boolean) =>
    run(tf, 'MatMul', [a, b], { transpose_a: turnA, transpose_b: turnB });
  const layer = tf.customGrad<readonly TfTensor[]>((...given) => {
    const save = given.at(-1);
    const rows = reshape(tf, input, [batch, into]);
    const plain = product(rows, weight, false, true);
    const output = bias === undefined ? plain : run(tf, 'BiasAdd', [plain, bias]);
    if (typeof save === 'function') save([rows, weight]);
    return {
      value: reshape(tf, output, [batch, 1, 1, out]),
      gradFunc(gradient, kept) {
        const above = reshape(tf, gradient, [batch, out]);
        const ofInput = () => reshape(tf, product(above, saved(kept, 1), false, false), [batch, 1, 1, into]);
        return [
          ...(isImage ? [] : [ofInput()]),
          product(above, saved(kept, 0), true, false),
          ...(bias === undefined ? [] : [sum(tf, above, [0])]),
        ];
      },
    };
  });
  return layer(...(isImage ? [] : [input]), weight, ...(bias === undefined ? [] : [bias]));
}

/**
 * Every pixel becomes a block of `factors` (rows, columns) like it; a block's gradient is its sum, which the library's
 * pooling adds up several times as fast as its own gradient.
 */
export function enlarge(tf: TensorFlow, input: TfTensor, factors: readonly [number, number]): TfTensor {
  const [, height = 1, width = 1] = input.shape;
  const [rows, columns] = factors;
  return tf.customGrad<[TfTensor]>((x) => ({
    value: tf.image.resizeNearestNeighbor(x, [height * rows, width * columns]),
    gradFunc: (gradient) => tf.mul(tf.avgPool(gradient, factors, factors, 'valid'), rows * columns),
  }))(input);
}

/** [channels] each, running: the variance is unbiased. */
interface Statistics {
  readonly mean: TfTensor;
  readonly variance: TfTensor;
}

/**
 * Ioffe and Szegedy 2015, over batch, height and width.
 * @param input [batch, height, width, channels]; `scale` and `offset` [channels]
 * @param before moves towards the batch's statistics by the share `momentum`
 * @param measured is told what came of it, which is gone when it returns
 */
export function batchNorm(
  tf: TensorFlow,
  [input, scale, offset]: readonly [TfTensor, TfTensor, TfTensor],
  { epsilon, momentum, before }: { readonly epsilon: number; readonly momentum: number; readonly before: Statistics },
  measured: (next: Statistics) => void,
): TfTensor {
  const gradient = { epsilon, data_format: 'NHWC', is_training: true };
  const named = { ...gradient, exponential_avg_factor: momentum };
  const types = ['T', 'U'];
  return tf.customGrad<[TfTensor, TfTensor, TfTensor]>((x, gamma, beta, save) => {
    const inputs = [x, gamma, beta, before.mean, before.variance];
    const outputs = tf.backend().executeMultipleOutputs('FusedBatchNormV3', attributes(tf, named, types), inputs, 6);
    measured({ mean: saved(outputs, 1), variance: saved(outputs, 2) });
    save([x, gamma, ...outputs.slice(3)]);
    return {
      value: saved(outputs, 0),
      gradFunc: (given, kept) =>
        tf
          .backend()
          .executeMultipleOutputs('FusedBatchNormGradV3', attributes(tf, gradient, types), [given, ...kept], 5)
          .slice(0, 3),
    };
  })(input, scale, offset);
}

/** The same with statistics that are given: a single pass. */
export function fixedNorm(
  tf: TensorFlow,
  [input, scale, offset, mean, variance]: readonly [TfTensor, TfTensor, TfTensor, TfTensor, TfTensor],
  epsilon: number,
): TfTensor {
  const named = { epsilon, data_format: 'NHWC', is_training: false };
  const inputs = [input, scale, offset, mean, variance];
  const [normal, ...others] = tf
    .backend()
    .executeMultipleOutputs('FusedBatchNormV3', attributes(tf, named, ['T', 'U']), inputs, 6);
  tf.dispose(others);
  return normal ?? input;
}

/**
 * @param row [values]
 * @returns [values], the places of the values: the lowest first, of equal ones the earlier, last those that are no numbers
 */
export function ascendingOrder(tf: TensorFlow, row: TfTensor): TfTensor {
  const { binding } = tf.backend();
  const count = tf.tensor(Int32Array.of(row.shape[0] ?? 0), [], 'int32');
  const settings = [
    ...attributes(tf, { sorted: true }),
    ...['Tk', 'index_type'].map((name) => ({ name, type: binding.TF_ATTR_TYPE, value: binding.TF_INT32 })),
  ];
  // What is no number has no place in an order, which the library does not check.
  const infinity = tf.tensor(Float32Array.of(Infinity), [1], 'float32');
  const numbers = run(tf, 'SelectV2', [run(tf, 'IsNan', [row]), infinity, row]);
  const inputs = [run(tf, 'Neg', [numbers]), count];
  const [highest, order] = tf.backend().executeMultipleOutputs('TopKV2', settings, inputs, 2);
  highest?.dispose();
  return saved(order === undefined ? [] : [order], 0);
}

/** @param row [values], of which each goes to the place that `places` tells at the same place */
export function placed(tf: TensorFlow, row: TfTensor, places: TfTensor): TfTensor {
  const { TF_ATTR_TYPE, TF_INT32 } = tf.backend().binding;
  const settings = [...attributes(tf, {}), { name: 'Tindices', type: TF_ATTR_TYPE, value: TF_INT32 }];
  const count = row.shape[0] ?? 0;
  const reshaping = [{ name: 'T', type: TF_ATTR_TYPE, value: TF_INT32 }, typeOfNumbers(tf, 'Tshape')];
  const column = tf.backend().executeSingleOutput('Reshape', reshaping, [places, wholeNumbers(tf, [count, 1])]);
  return tf.backend().executeSingleOutput('ScatterNd', settings, [column, row, wholeNumbers(tf, [count])]);
}
