/** Filters that do the same with fewer operations (see network/wider-kernels.ts), made of those that are trained. */
import type { LayerPlan } from '../../model/plan';
import { pixelBlockSide } from '../network/pixel-blocks';
import { enlargingKernel, squareKernel } from '../network/wider-kernels';
import type { TensorFlow, TfTensor } from './api';

/**
 * For a nearest-neighbour enlargement by `factor` and the convolution behind it, as one transposed convolution.
 * @param filter [kernel, kernel, in, out]
 * @returns [size, size, out, in]
 */
export function enlargingFilter(tf: TensorFlow, filter: TfTensor, factor: number): TfTensor {
  const [kernel = 1, , into = 1, out = 1] = filter.shape;
  const { size, matrix } = enlargingKernel(kernel, factor);
  // Turned while it is small.
  const turned = tf.reshape(tf.transpose(filter, [0, 1, 3, 2]), [kernel * kernel, into * out]);
  const wide = tf.matMul(tf.tensor(matrix, [size * size, kernel * kernel], 'float32'), turned);
  return tf.reshape(wide, [size, size, out, into]);
}

/** Channels that a processor's vector holds at least. */
const vectorChannels = 8;

/** The side of the squares of pixels that a convolution makes at once; 1 where nothing is gained. */
export function squareSide(plan: LayerPlan): number {
  const { layer } = plan;
  const keepsSize = layer.type === 'conv' && 2 * layer.padding === layer.kernel - 1;
  return keepsSize ? pixelBlockSide(plan, vectorChannels) : 1;
}

/**
 * For squares of `side` × `side` pixels.
 * @param filter [kernel, kernel, in, out]
 * @returns [size, size, in, side · side · out]
 */
export function squaresFilter(tf: TensorFlow, filter: TfTensor, side: number): TfTensor {
  const [kernel = 1, , into = 1, out = 1] = filter.shape;
  const { size, matrix, pixels } = squareKernel(kernel, side);
  const taps = tf.tensor(matrix, [size * size * pixels, kernel * kernel], 'float32');
  const wide = tf.matMul(taps, tf.reshape(filter, [kernel * kernel, into * out]));
  const byTap = tf.transpose(tf.reshape(wide, [size * size, pixels, into, out]), [0, 2, 1, 3]);
  return tf.reshape(byTap, [size, size, into, pixels * out]);
}
