/** Where a transposed convolution's zeros are: in the library's way where that suits, else around the whole of it. */
import type { FeatureShape, Layer } from '../../model/spec';
import type { TensorFlow, TfTensor } from './api';
import type { Windows } from './convolution';

export type TransposedConvolution = Extract<Layer, { type: 'convTranspose' }>;

interface TransposedPlace {
  readonly windows: Windows;
  /** [height, width] of what the kernels reach. */
  readonly reach: readonly [number, number];
  /** How much of it is cut off above and on the left. */
  readonly border: number;
  readonly output: FeatureShape;
}

export function placeTransposed(
  { kernel, stride, padding, outputPadding }: TransposedConvolution,
  [, height, width]: FeatureShape,
  output: FeatureShape,
): TransposedPlace {
  const [, newHeight, newWidth] = output;
  if (2 * padding === kernel - stride && outputPadding === 0) {
    return { windows: { stride, padding: 'SAME' }, reach: [newHeight, newWidth], border: 0, output };
  }
  const whole = (side: number) => (side - 1) * stride + kernel + outputPadding;
  return { windows: { stride, padding: 'VALID' }, reach: [whole(height), whole(width)], border: padding, output };
}

/** The result out of all that the kernels reach. */
export function cut(tf: TensorFlow, value: TfTensor, { reach, border, output }: TransposedPlace): TfTensor {
  const [channels, height, width] = output;
  const [batch = 1] = value.shape;
  if (reach[0] === height && reach[1] === width) return value;
  return tf.slice(value, [0, border, border, 0], [batch, height, width, channels]);
}
