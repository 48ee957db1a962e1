/** 1 − SSIM as a loss (Wang, Bovik, Sheikh and Simoncelli 2004), on values in 0..1. */
import { contrastConstant, luminanceConstant, ssimWindow } from '../ssim-window';
import type { TensorFlow, TfTensor } from './api';

/**
 * Means over all channels and all places where the window lies inside the image: 11×11 pixels of a Gaussian of
 * deviation 1.5, or the largest odd size that fits. Variances are those of the window itself (divided by 1, not
 * corrected). Both images are [batch, height, width, channels]. @returns [batch]
 */
export function structuralLoss(tf: TensorFlow, x: TfTensor, y: TfTensor): TfTensor {
  const [, height = 1, width = 1, channels = 1] = x.shape;
  const weights = ssimWindow(height, width);
  const side = weights.length;
  const everyChannel = Float32Array.from(weights.flatMap((weight) => Array<number>(channels).fill(weight)));
  const down = tf.tensor(everyChannel, [side, 1, channels, 1], 'float32');
  const along = tf.tensor(everyChannel, [1, side, channels, 1], 'float32');
  const blur = (value: TfTensor) => tf.depthwiseConv2d(tf.depthwiseConv2d(value, along, 1, 'valid'), down, 1, 'valid');

  const [meanX, meanY] = [blur(x), blur(y)];
  const squares = tf.add(tf.square(meanX), tf.square(meanY));
  const meanProduct = tf.mul(meanX, meanY);
  const sumOfVariances = tf.sub(blur(tf.add(tf.square(x), tf.square(y))), squares);
  const covariance = tf.sub(blur(tf.mul(x, y)), meanProduct);
  const luminance = tf.add(tf.mul(meanProduct, 2), luminanceConstant);
  const structure = tf.add(tf.mul(covariance, 2), contrastConstant);
  const divisor = tf.mul(tf.add(squares, luminanceConstant), tf.add(sumOfVariances, contrastConstant));
  const similarity = tf.div(tf.mul(luminance, structure), divisor);
  return tf.sub(1, tf.mean(similarity, [1, 2, 3]));
}
