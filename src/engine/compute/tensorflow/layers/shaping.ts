/** Layers on vectors, and those that give values another shape or size. A vector is [batch, 1, 1, n]. */
import { interpolation, selection } from '../../network/interpolation';
import type { TensorFlow, TfTensor } from '../api';
import { channelsFirst, channelsLast } from '../layout';
import { enlarge, linear } from '../native';
import type { LayerFunctions, Place } from './layer';

/** Values keep PyTorch's order: channel by channel. */
function reshaped(tf: TensorFlow, { plan }: Place, input: TfTensor): TfTensor {
  const [batch = 1] = input.shape;
  return channelsLast(tf, tf.reshape(channelsFirst(tf, input), [batch, ...plan.output]));
}

/**
 * Weighted sums of rows, then of columns. TensorFlow has kernels for this, but the gradient of its bilinear one with
 * half-pixel centres is wrong.
 * @param rows [height after, before], and columns [width after, before]
 */
function interpolated(tf: TensorFlow, input: TfTensor, rows: TfTensor, columns: TfTensor): TfTensor {
  const [batch = 1, height = 1, width = 1, channels = 1] = input.shape;
  const [newHeight = 1] = rows.shape;
  const [newWidth = 1] = columns.shape;
  const higher = tf.matMul(
    tf.reshape(rows, [1, newHeight, height]),
    tf.reshape(input, [batch, height, width * channels]),
  );
  const lines = tf.reshape(higher, [batch * newHeight, width, channels]);
  const wider = tf.matMul(tf.reshape(columns, [1, newWidth, width]), lines);
  return tf.reshape(wider, [batch, newHeight, newWidth, channels]);
}

export const shaping = {
  linear(tf, { parameter, isImage }, { bias }, input) {
    const offsets = bias === false ? undefined : parameter('bias');
    return linear(tf, [input, parameter('weight'), offsets], { isImage });
  },

  resize(tf, { plan }, { mode = 'nearest', scale }, input) {
    const [, height, width] = plan.input;
    const [, newHeight, newWidth] = plan.output;
    if (mode === 'nearest' && newHeight % height === 0 && newWidth % width === 0) {
      return enlarge(tf, input, [newHeight / height, newWidth / width]);
    }
    // By a factor that leaves a part of a pixel over, the pixels' distance is that of the factor.
    const spacing = scale === undefined ? undefined : 1 / scale;
    const matrix = (from: number, to: number) => {
      const weights = mode === 'nearest' ? selection(from, to) : interpolation(mode, from, to, spacing);
      return tf.tensor(weights.matrix, [to, from], 'float32');
    };
    return interpolated(tf, input, matrix(height, newHeight), matrix(width, newWidth));
  },

  flatten: (tf, place, _layer, input) => reshaped(tf, place, input),
  reshape: (tf, place, _layer, input) => reshaped(tf, place, input),
} satisfies Partial<LayerFunctions>;
