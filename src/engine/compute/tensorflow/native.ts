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
function saved(tensors: readonly TfTensor[], place: number): TfTensor {
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

/** @param bias [channels], of the input's last axis */
export function addBias(tf: TensorFlow, input: TfTensor, bias: TfTensor): TfTensor {
  const others = input.shape.slice(0, -1).map((_, axis) => axis);
  return tf.customGrad<[TfTensor, TfTensor]>((x, b) => ({
    value: run(tf, 'BiasAdd', [x, b]),
    // The library's own BiasAddGrad adds one value after the other, and loses a digit more than this.
    gradFunc: (gradient) => [gradient, tf.sum(gradient, others)],
  }))(input, bias);
}

export interface Convolution {
  /** [height, width, in, out] */
  readonly filter: TfTensor;
  /** [out] */
  readonly bias: TfTensor;
  readonly stride: number;
  /** Zeros above, below, to the left and to the right. */
  readonly sides: readonly [number, number, number, number];
}

/** Of a network that is not trained. */
export function convolve(tf: TensorFlow, input: TfTensor, { filter, bias, stride, sides }: Convolution): TfTensor {
  const named = attributes(tf, { padding: 'EXPLICIT', data_format: 'NHWC' });
  const { TF_ATTR_INT } = tf.backend().binding;
  const lists = {
    strides: [1, stride, stride, 1],
    explicit_paddings: [0, 0, ...sides, 0, 0],
    dilations: [1, 1, 1, 1],
  };
  const numbers = Object.entries(lists).map(([name, value]) => ({ name, type: TF_ATTR_INT, value }));
  const product = tf.backend().executeSingleOutput('Conv2D', [...named, ...numbers], [input, filter]);
  const output = run(tf, 'BiasAdd', [product, bias]);
  product.dispose();
  return output;
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

interface BatchStatistics {
  /** [channels] */
  readonly mean: TfTensor;
  /** [channels], unbiased */
  readonly variance: TfTensor;
}

/**
 * Ioffe and Szegedy 2015, over batch, height and width.
 * @param input [batch, height, width, channels]; `scale` and `offset` [channels]
 * @param measured is told the batch's statistics, which are gone when it returns
 */
export function batchNorm(
  tf: TensorFlow,
  [input, scale, offset]: readonly [TfTensor, TfTensor, TfTensor],
  epsilon: number,
  measured: (statistics: BatchStatistics) => void,
): TfTensor {
  const named = { epsilon, data_format: 'NHWC', is_training: true };
  const types = ['T', 'U'];
  return tf.customGrad<[TfTensor, TfTensor, TfTensor]>((x, gamma, beta, save) => {
    const none = tf.tensor(new Float32Array(), [0], 'float32');
    const outputs = tf
      .backend()
      .executeMultipleOutputs('FusedBatchNormV3', attributes(tf, named, types), [x, gamma, beta, none, none], 6);
    measured({ mean: saved(outputs, 1), variance: saved(outputs, 2) });
    save([x, gamma, ...outputs.slice(3)]);
    return {
      value: saved(outputs, 0),
      gradFunc: (gradient, kept) =>
        tf
          .backend()
          .executeMultipleOutputs('FusedBatchNormGradV3', attributes(tf, named, types), [gradient, ...kept], 5)
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
