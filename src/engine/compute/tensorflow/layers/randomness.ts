/** Layers with chance in them: what is drawn comes from outside (network/noise.ts), the same as for every backend. */
import type { LayerFunctions } from './layer';

export const randomness = {
  dropout(tf, { training, noise }, { probability }, input) {
    return training && probability > 0 ? tf.mul(input, noise()) : input;
  },

  /** Of means m and log variances v: m + e^(v/2) · noise; diverges by ½ Σ (m² + e^v − 1 − v). */
  sample(tf, { plan, training, noise, diverges }, _layer, input) {
    const [length] = plan.output;
    const [batch = 1] = input.shape;
    const half = (from: number) => tf.slice(input, [0, 0, 0, from], [batch, 1, 1, length]);
    const means = half(0);
    if (!training) return means;
    const logVariances = half(length);
    const excess = tf.sub(tf.sub(tf.exp(logVariances), 1), logVariances);
    diverges(tf.mul(tf.sum(tf.add(tf.square(means), excess), [1, 2, 3]), 0.5));
    return tf.add(means, tf.mul(tf.exp(tf.mul(logVariances, 0.5)), noise()));
  },
} satisfies Partial<LayerFunctions>;
