/** Convolutions by the library's own operations, each with its derivatives beside it. Images are [batch, height, width, channels]. */
import type { NativeAttribute, TensorFlow, TfTensor } from './api';
import { attributes, saved, sum } from './native';
import { wholeNumbers } from './whole-numbers';

export interface Windows {
  readonly stride: number;
  readonly padding: 'SAME' | 'VALID' | Sides;
}

/** Zeros above, below, to the left and to the right; not in training, where the library's derivatives are slow with it. */
type Sides = readonly [number, number, number, number];

/** The image, the filter [height, width, in, out] and, where there is one, the bias [out]. */
export type Given = readonly [input: TfTensor, filter: TfTensor, bias?: TfTensor | undefined];

export function convolve(tf: TensorFlow, [input, filter, bias]: Given, windows: Windows): TfTensor {
  const settings = settingsOf(tf, windows);
  if (bias === undefined) return tf.backend().executeSingleOutput('Conv2D', settings, [input, filter]);
  if (takesBias(tf)) return withBias(tf, [input, filter, bias], settings);
  const product = tf.backend().executeSingleOutput('Conv2D', settings, [input, filter]);
  const output = tf.backend().executeSingleOutput('BiasAdd', attributes(tf, {}), [product, bias]);
  product.dispose();
  return output;
}

/**
 * The same in training.
 * @param options.isImage nothing asks for the derivative of the input, which is as much work as the convolution
 */
export function trainedConvolution(
  tf: TensorFlow,
  [input, filter, bias]: Given,
  windows: Windows,
  { isImage }: { readonly isImage: boolean },
): TfTensor {
  const settings = settingsOf(tf, windows);
  const ofFilter = (gradient: TfTensor, x: TfTensor): readonly TfTensor[] => {
    const inputs = [x, wholeNumbers(tf, filter.shape), gradient];
    if (bias === undefined) return [tf.backend().executeSingleOutput('Conv2DBackpropFilter', settings, inputs)];
    if (takesBias(tf)) {
      const all = [...settings, named(tf)];
      return tf.backend().executeMultipleOutputs('_MklNativeConv2DBackpropFilterWithBias', all, inputs, 2);
    }
    return [tf.backend().executeSingleOutput('Conv2DBackpropFilter', settings, inputs), sum(tf, gradient, [0, 1, 2])];
  };
  const ofInput = (gradient: TfTensor, w: TfTensor) =>
    tf.backend().executeSingleOutput('Conv2DBackpropInput', settings, [wholeNumbers(tf, input.shape), w, gradient]);
  const run = tf.customGrad<readonly TfTensor[]>((...given) => {
    const save = given.at(-1);
    const value = convolve(tf, [input, filter, bias], windows);
    if (typeof save === 'function') save([input, filter]);
    return {
      value,
      gradFunc: (gradient, kept) => [
        ...(isImage ? [] : [ofInput(gradient, saved(kept, 1))]),
        ...ofFilter(gradient, saved(kept, 0)),
      ],
    };
  });
  return run(...(isImage ? [] : [input]), filter, ...(bias === undefined ? [] : [bias]));
}

/**
 * A transposed convolution: what the gradient of a convolution's input is.
 * @param filter [height, width, out, in]
 * @param output [height, width] of the result
 */
export function transpose(
  tf: TensorFlow,
  [input, filter]: readonly [TfTensor, TfTensor],
  windows: Windows,
  [height, width]: readonly [number, number],
): TfTensor {
  const [batch = 1] = input.shape;
  const [, , out = 1] = filter.shape;
  const inputs = [wholeNumbers(tf, [batch, height, width, out]), filter, input];
  return tf.backend().executeSingleOutput('Conv2DBackpropInput', settingsOf(tf, windows), inputs);
}

/** The same in training. */
export function trainedTransposition(
  tf: TensorFlow,
  [input, filter]: readonly [TfTensor, TfTensor],
  windows: Windows,
  output: readonly [number, number],
): TfTensor {
  const settings = settingsOf(tf, windows);
  return tf.customGrad<[TfTensor, TfTensor]>((x, w, save) => {
    save([x, w]);
    return {
      value: transpose(tf, [x, w], windows, output),
      gradFunc: (gradient, kept) => [
        tf.backend().executeSingleOutput('Conv2D', settings, [gradient, saved(kept, 1)]),
        tf
          .backend()
          .executeSingleOutput('Conv2DBackpropFilter', settings, [
            gradient,
            wholeNumbers(tf, filter.shape),
            saved(kept, 0),
          ]),
      ],
    };
  })(input, filter);
}

/** Blocks of `side` × `side` pixels out of channels, and back. */
export function pixelsOfChannels(tf: TensorFlow, input: TfTensor, side: number): TfTensor {
  const settings = [
    ...attributes(tf, { data_format: 'NHWC' }),
    { name: 'block_size', type: tf.backend().binding.TF_ATTR_INT, value: side },
  ];
  return tf.customGrad<[TfTensor]>((x) => ({
    value: tf.backend().executeSingleOutput('DepthToSpace', settings, [x]),
    gradFunc: (gradient) => tf.backend().executeSingleOutput('SpaceToDepth', settings, [gradient]),
  }))(input);
}

function settingsOf(tf: TensorFlow, { stride, padding }: Windows): NativeAttribute[] {
  const { TF_ATTR_INT } = tf.backend().binding;
  const sides = typeof padding === 'string' ? undefined : [0, 0, ...padding, 0, 0];
  return [
    ...attributes(tf, { padding: typeof padding === 'string' ? padding : 'EXPLICIT', data_format: 'NHWC' }),
    { name: 'strides', type: TF_ATTR_INT, value: [1, stride, stride, 1] },
    { name: 'dilations', type: TF_ATTR_INT, value: [1, 1, 1, 1] },
    ...(sides ? [{ name: 'explicit_paddings', type: TF_ATTR_INT, value: sides }] : []),
  ];
}

/** What the library calls operations of oneDNN by, which it else puts in place of others by itself. */
function named(tf: TensorFlow): NativeAttribute {
  return { name: '_kernel', type: tf.backend().binding.TF_ATTR_STRING, value: 'MklNameChangeOp' };
}

function withBias(tf: TensorFlow, inputs: readonly TfTensor[], settings: readonly NativeAttribute[]): TfTensor {
  return tf.backend().executeSingleOutput('_MklNativeConv2DWithBias', [...settings, named(tf)], inputs);
}

const tried = new WeakMap<TensorFlow, boolean>();

/**
 * Whether this library has the convolutions of oneDNN that take a bias along, and give its gradient: builds for other
 * processors have not, and on a GPU they would run beside it.
 */
function takesBias(tf: TensorFlow): boolean {
  const known = tried.get(tf);
  if (known !== undefined) return known;
  const works = tf.backend().isUsingGpuDevice !== true && tryBias(tf);
  tried.set(tf, works);
  return works;
}

function tryBias(tf: TensorFlow): boolean {
  const found: boolean[] = [];
  tf.tidy(() => {
    const settings = settingsOf(tf, { stride: 1, padding: 'SAME' });
    const [image, filter] = [[1, 2, 1, 1] as const, [1, 1, 1, 1] as const];
    const x = tf.tensor(Float32Array.of(2, 3), image, 'float32');
    const w = tf.tensor(Float32Array.of(5), filter, 'float32');
    try {
      const value = withBias(tf, [x, w, tf.tensor(Float32Array.of(7), [1], 'float32')], settings);
      const inputs = [x, wholeNumbers(tf, filter), x];
      const gradients = tf
        .backend()
        .executeMultipleOutputs('_MklNativeConv2DBackpropFilterWithBias', [...settings, named(tf)], inputs, 2);
      const numbers = [value, ...gradients].flatMap((tensor) => [...tensor.dataSync()]);
      found.push(numbers.join() === '17,22,13,5');
    } catch {
      // It says that there is no such operation, in words that differ from version to version.
      found.push(false);
    }
  });
  return found[0] ?? false;
}
