/** Element-wise activations; TensorFlow.js knows their derivatives. */
import { leakyRelu, relu, sigmoid } from '../native';
import type { LayerFunctions } from './layer';

export const activations = {
  relu: (tf, _place, _layer, input) => relu(tf, input),
  leakyRelu: (tf, _place, { slope }, input) => leakyRelu(tf, input, slope),
  elu(tf, _place, { alpha = 1 }, input) {
    if (alpha === 1) return tf.elu(input);
    const below = tf.sub(tf.exp(tf.minimum(input, 0)), 1);
    return tf.add(relu(tf, input), tf.mul(below, alpha));
  },
  /** The exact one: x · Φ(x). */
  gelu(tf, _place, _layer, input) {
    const share = tf.mul(tf.add(tf.erf(tf.mul(input, Math.SQRT1_2)), 1), 0.5);
    return tf.mul(input, share);
  },
  mish: (tf, _place, _layer, input) => tf.mul(input, tf.tanh(tf.softplus(input))),
  silu: (tf, _place, _layer, input) => tf.mul(input, sigmoid(tf, input)),
  tanh: (tf, _place, _layer, input) => tf.tanh(input),
  sigmoid: (tf, _place, _layer, input) => sigmoid(tf, input),
} satisfies Partial<LayerFunctions>;
