/**
 * Operations of the native library itself, each with its derivative beside it. TensorFlow.js makes the same of many small
 * ones, of which every one passes through memory.
 */
import type { NativeAttribute, TensorFlow, TfTensor } from './api';

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
    { name: 'Tlen', type: binding.TF_ATTR_TYPE, value: binding.TF_INT32 },
    { name: 'num_split', type: binding.TF_ATTR_INT, value: parts.length },
  ];
  const sizes = tf.tensor(Int32Array.from(parts), [parts.length], 'int32');
  const inputs = [row, sizes, tf.tensor(Int32Array.of(0), [], 'int32')];
  return tf.backend().executeMultipleOutputs('SplitV', settings, inputs, parts.length);
}

/** @param bias [channels], of the input's last axis */
export function addBias(tf: TensorFlow, input: TfTensor, bias: TfTensor): TfTensor {
  const others = input.shape.slice(0, -1).map((_, axis) => axis);
  return tf.customGrad<[TfTensor, TfTensor]>((x, b) => ({
    value: run(tf, 'BiasAdd', [x, b]),
    // The library's own BiasAddGrad adds one value after the other, and loses a digit more than this.
    gradFunc: (gradient) => [gradient, tf.sum(gradient, others)],
  }))(input, bias);
}

/** @param input [rows, in] @param weight [out, in] */
export function linear(tf: TensorFlow, input: TfTensor, weight: TfTensor): TfTensor {
  const product = (a: TfTensor, b: TfTensor, turnA: boolean, turnB: boolean) =>
    run(tf, 'MatMul', [a, b], { transpose_a: turnA, transpose_b: turnB });
  return tf.customGrad<[TfTensor, TfTensor]>((x, w, save) => {
    save([x, w]);
    return {
      value: product(x, w, false, true),
      gradFunc: (gradient, kept) => [
        product(gradient, saved(kept, 1), false, false),
        product(gradient, saved(kept, 0), true, false),
      ],
    };
  })(input, weight);
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
