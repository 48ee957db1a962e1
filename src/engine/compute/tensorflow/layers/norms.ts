/** Normalisation with PyTorch's epsilon, momentum and running statistics. */
import type { TensorFlow, TfTensor } from '../api';
import { batchNorm, fixedNorm } from '../native';
import type { LayerFunctions, Place } from './layer';

const epsilon = 1e-5;
const momentum = 0.1;

const inverseDeviation = (tf: TensorFlow, variance: TfTensor) => tf.div(1, tf.sqrt(tf.add(variance, epsilon)));

function affine(tf: TensorFlow, { parameter }: Place, normal: TfTensor): TfTensor {
  return tf.add(tf.mul(normal, parameter('weight')), parameter('bias'));
}

/** Over all `axes` of the input. */
function normalised(tf: TensorFlow, input: TfTensor, axes: readonly number[]): TfTensor {
  const centred = tf.sub(input, tf.mean(input, axes, true));
  const variance = tf.mean(tf.square(centred), axes, true);
  return tf.mul(centred, inverseDeviation(tf, variance));
}

export const norms = {
  batchNorm(tf, { training, parameter, measured }, _layer, input) {
    const scale = parameter('weight');
    const offset = parameter('bias');
    const mean = parameter('running_mean');
    const variance = parameter('running_var');
    if (!training) return fixedNorm(tf, [input, scale, offset, mean, variance], epsilon);
    const blended = (before: TfTensor, now: TfTensor) => tf.add(tf.mul(before, 1 - momentum), tf.mul(now, momentum));
    const [batch = 1, height = 1, width = 1] = input.shape;
    // Of a few numbers the library's own is less exact, and no faster.
    if (height * width === 1) {
      const means = tf.mean(input, [0, 1, 2]);
      const centred = tf.sub(input, means);
      const spread = tf.mean(tf.square(centred), [0, 1, 2]);
      measured('running_mean', blended(mean, means));
      measured('running_var', blended(variance, tf.mul(spread, batch / Math.max(1, batch - 1))));
      return tf.add(tf.mul(centred, tf.mul(inverseDeviation(tf, spread), scale)), offset);
    }
    const before = { mean, variance };
    return batchNorm(tf, [input, scale, offset], { epsilon, momentum, before }, (next) => {
      measured('running_mean', next.mean);
      measured('running_var', next.variance);
    });
  },

  groupNorm(tf, place, { groups }, input) {
    const [batch = 1, height = 1, width = 1, channels = 1] = input.shape;
    const grouped = tf.reshape(input, [batch, height * width, groups, channels / groups]);
    return affine(tf, place, tf.reshape(normalised(tf, grouped, [1, 3]), input.shape));
  },

  instanceNorm(tf, place, layer, input) {
    const normal = normalised(tf, input, [1, 2]);
    return layer.affine === true ? affine(tf, place, normal) : normal;
  },

  layerNorm: (tf, place, _layer, input) => affine(tf, place, normalised(tf, input, [1, 2, 3])),
} satisfies Partial<LayerFunctions>;
