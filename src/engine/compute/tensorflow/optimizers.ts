/** Optimizers as TensorFlow operations, step for step as PyTorch's and as those of the ONNX backend. */
import type { OptimizerName } from '../../../shared/settings';
import type { Moment, StepNumbers } from '../optimizer-steps';
import type { TensorFlow, TfTensor } from './api';

/** What a parameter takes from step to step; moments that the optimizer does not keep are absent. */
export type Optimized = Readonly<Record<'weight', TfTensor> & Partial<Record<Moment, TfTensor>>>;

export interface Optimizer {
  readonly moments: readonly Moment[];
  /** The state after one update; all tensors have one shape. */
  readonly update: (
    tf: TensorFlow,
    state: Readonly<Record<'weight' | Moment, TfTensor>>,
    gradient: TfTensor,
    numbers: StepNumbers,
  ) => Optimized;
}

/** The usual decay of Adam's first moment; a schedule may move it (see schedule.ts of the training). */
const usualBeta1 = 0.9;
const beta2 = 0.999;
/** Decay of RMSprop's squares. */
const alpha = 0.99;
const epsilon = 1e-8;

type Update = Optimizer['update'];

/** Bias corrections as PyTorch's for a moving beta 1, both in the rate; epsilon in the scale of the bare second moment. */
function adamStep(...[tf, state, gradient, numbers]: Parameters<Update>) {
  const { step, learningRate, momentum = usualBeta1 } = numbers;
  const correction = Math.sqrt(1 - beta2 ** step);
  const rate = (learningRate * correction) / (1 - momentum ** step);
  const firstMoment = tf.add(tf.mul(state.firstMoment, momentum), tf.mul(gradient, 1 - momentum));
  const secondMoment = tf.add(tf.mul(state.secondMoment, beta2), tf.mul(tf.square(gradient), 1 - beta2));
  const divisor = tf.add(tf.sqrt(secondMoment), epsilon * correction);
  return { change: tf.div(tf.mul(firstMoment, rate), divisor), firstMoment, secondMoment };
}

/** What decay adds to the gradient, in all but AdamW. */
function decayed(...[tf, { weight }, gradient, { weightDecay }]: Parameters<Update>): TfTensor {
  return weightDecay === 0 ? gradient : tf.add(gradient, tf.mul(weight, weightDecay));
}

/** Loshchilov and Hutter 2019: the decay does not pass through the moments. */
const adamw: Optimizer = {
  moments: ['firstMoment', 'secondMoment'],
  update(tf, state, gradient, numbers) {
    const { change, ...next } = adamStep(tf, state, gradient, numbers);
    const decay = 1 - numbers.learningRate * numbers.weightDecay;
    return { ...next, weight: tf.sub(decay === 1 ? state.weight : tf.mul(state.weight, decay), change) };
  },
};

/** Kingma and Ba 2015. */
const adam: Optimizer = {
  moments: ['firstMoment', 'secondMoment'],
  update(tf, state, gradient, numbers) {
    const { change, ...next } = adamStep(tf, state, decayed(tf, state, gradient, numbers), numbers);
    return { ...next, weight: tf.sub(state.weight, change) };
  },
};

/** Momentum without damping: b ← momentum · b + g, w ← w − rate · b. */
const sgd: Optimizer = {
  moments: ['firstMoment'],
  update(tf, state, gradient, numbers) {
    const fresh = decayed(tf, state, gradient, numbers);
    const firstMoment = tf.add(tf.mul(state.firstMoment, numbers.momentum ?? 0), fresh);
    return { weight: tf.sub(state.weight, tf.mul(firstMoment, numbers.learningRate)), firstMoment };
  },
};

/** Of Hinton's lecture: s ← 0.99 · s + 0.01 · g², b ← momentum · b + g / (√s + 1e-8), w ← w − rate · b. */
const rmsprop: Optimizer = {
  moments: ['firstMoment', 'secondMoment'],
  update(tf, state, gradient, numbers) {
    const fresh = decayed(tf, state, gradient, numbers);
    const secondMoment = tf.add(tf.mul(state.secondMoment, alpha), tf.mul(tf.square(fresh), 1 - alpha));
    const scaled = tf.div(fresh, tf.add(tf.sqrt(secondMoment), epsilon));
    const firstMoment = tf.add(tf.mul(state.firstMoment, numbers.momentum ?? 0), scaled);
    const weight = tf.sub(state.weight, tf.mul(firstMoment, numbers.learningRate));
    return { weight, firstMoment, secondMoment };
  },
};

export const optimizers: Readonly<Record<OptimizerName, Optimizer>> = { adamw, adam, sgd, rmsprop };

/** min(1, limit / (norm + 1e-6)), a scalar; the norm is that of all values of all gradients together. */
export function clippingScale(tf: TensorFlow, gradients: readonly TfTensor[], limit: number): TfTensor {
  const squares = gradients.map((gradient) => tf.sum(tf.square(gradient)));
  const norm = tf.sqrt(squares.reduce((sum, square) => tf.add(sum, square), tf.scalar(0)));
  return tf.minimum(tf.div(limit, tf.add(norm, 1e-6)), 1);
}
