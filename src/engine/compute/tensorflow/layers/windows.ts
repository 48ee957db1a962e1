/** Convolutions and pooling. TensorFlow pads unevenly by itself, so that zeros are put around explicitly. */
import type { TensorFlow, TfTensor } from '../api';
import { addBias } from '../native';
import type { LayerFunctions, Place } from './layer';

/** Below everything that is computed with; infinity would make differences that are no numbers. */
const lowest = -3e38;

function padded(tf: TensorFlow, input: TfTensor, padding: number, value = 0): TfTensor {
  if (padding === 0) return input;
  const sides = [padding, padding] as const;
  return tf.pad(input, [[0, 0], sides, sides, [0, 0]], value);
}

function withBias(tf: TensorFlow, { parameter }: Place, bias: boolean, output: TfTensor): TfTensor {
  return bias ? addBias(tf, output, parameter('bias')) : output;
}

export const windows = {
  conv(tf, place, { kernel, stride, padding, bias }, input) {
    const filter = place.parameter('weight');
    const isSame = stride === 1 && 2 * padding === kernel - 1;
    if (isSame) return withBias(tf, place, bias, tf.conv2d(input, filter, 1, 'same'));
    const around = padded(tf, input, padding);
    // oneDNN crashes in the filter gradient of some 1×1 convolutions with a stride: take the pixels first.
    const isThinned = kernel === 1 && stride > 1;
    const seen = isThinned ? tf.avgPool(around, 1, stride, 'valid') : around;
    return withBias(tf, place, bias, tf.conv2d(seen, filter, isThinned ? 1 : stride, 'valid'));
  },

  /** The whole of what the kernels reach, of which the padding is cut off. */
  convTranspose(tf, place, { out, kernel, stride, padding, outputPadding, bias }, input) {
    const [batch = 1, height = 1, width = 1] = input.shape;
    const [, newHeight, newWidth] = place.plan.output;
    const reach = (side: number) => (side - 1) * stride + kernel + outputPadding;
    const filter = place.parameter('weight');
    const whole = tf.conv2dTranspose(input, filter, [batch, reach(height), reach(width), out], stride, 'valid');
    const cut =
      reach(height) === newHeight && reach(width) === newWidth
        ? whole
        : tf.slice(whole, [0, padding, padding, 0], [batch, newHeight, newWidth, out]);
    return withBias(tf, place, bias, cut);
  },

  maxPool: (tf, _place, { kernel, stride = kernel, padding }, input) =>
    tf.maxPool(padded(tf, input, padding, lowest), kernel, stride, 'valid'),

  /** Zeros of the padding count. */
  averagePool: (tf, _place, { kernel, stride = kernel, padding }, input) =>
    tf.avgPool(padded(tf, input, padding), kernel, stride, 'valid'),
} satisfies Partial<LayerFunctions>;
