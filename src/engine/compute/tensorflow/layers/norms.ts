/** Normalisation with PyTorch's epsilon, momentum and running statistics. */
import type { TensorFlow, TfTensor } from '../api';
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
  batchNorm(tf, place, _layer, input) {
    const { training, parameter, measured } = place;
    if (!training) {
      const scale = tf.mul(inverseDeviation(tf, parameter('running_var')), parameter('weight'));
      return tf.add(tf.mul(tf.sub(input, parameter('running_mean')), scale), parameter('bias'));
    }
    const axes = [0, 1, 2];
    const [batch = 1, height = 1, width = 1] = input.shape;
    const count = batch * height * width;
    const mean = tf.mean(input, axes);
    const centred = tf.sub(input, mean);
    const variance = tf.mean(tf.square(centred), axes);
    const blended = (name: string, value: TfTensor, weight: number) =>
      tf.add(tf.mul(parameter(name), 1 - momentum), tf.mul(value, momentum * weight));
    measured('running_mean', blended('running_mean', mean, 1));
    measured('running_var', blended('running_var', variance, count / Math.max(1, count - 1)));
    return tf.add(tf.mul(centred, tf.mul(inverseDeviation(tf, variance), parameter('weight'))), parameter('bias'));
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
