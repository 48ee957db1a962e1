/** Optimizers on the library's own variables, step for step as PyTorch's and as those of the ONNX backend. */
import type { OptimizerName } from '../../../shared/settings';
import type { Moment, StepNumbers } from '../optimizer-steps';
import type { TensorFlow, TfTensor } from './api';
import { StoredTensor } from './stored';

/** What a parameter takes from step to step; moments that the optimizer does not keep stay as they are. */
export type Optimized = Readonly<Record<'weight' | Moment, StoredTensor>>;

/** Changes one parameter and its moments in place. */
type Update = (state: Optimized, gradient: TfTensor) => void;

export interface Optimizer {
  readonly moments: readonly Moment[];
  /** The update of one step, the same for every parameter; what it needs is made once. */
  readonly update: (tf: TensorFlow, numbers: StepNumbers) => Update;
}

/** The usual decay of Adam's first moment; a schedule may move it (see schedule.ts of the training). */
const usualBeta1 = 0.9;
const beta2 = 0.999;
/** Decay of RMSprop's squares. */
const alpha = 0.99;
const epsilon = 1e-8;

/**
 * Bias corrections as PyTorch's for a moving beta 1, both in the rate; epsilon in the scale of the bare second moment.
 * The library would correct by powers of beta, in float32: it is told that these are 0.
 */
function adamStep(tf: TensorFlow, { step, learningRate, momentum = usualBeta1 }: StepNumbers): Update {
  const correction = Math.sqrt(1 - beta2 ** step);
  const rate = (learningRate * correction) / (1 - momentum ** step);
  const numbers = [0, 0, rate, momentum, beta2, epsilon * correction].map((value) => tf.scalar(value));
  return ({ weight, firstMoment, secondMoment }, gradient) =>
    StoredTensor.update(tf, 'ResourceApplyAdam', [weight, firstMoment, secondMoment], [...numbers, gradient]);
}

/** What decay adds to the gradient, in all but AdamW. */
function decayed(tf: TensorFlow, { weight }: Optimized, gradient: TfTensor, { weightDecay }: StepNumbers): TfTensor {
  return weightDecay === 0 ? gradient : tf.add(gradient, tf.mul(weight.read(), weightDecay));
}

/** Loshchilov and Hutter 2019: the decay does not pass through the moments. */
const adamw: Optimizer = {
  moments: ['firstMoment', 'secondMoment'],
  update(tf, numbers) {
    const adam = adamStep(tf, numbers);
    const decay = 1 - numbers.learningRate * numbers.weightDecay;
    return (state, gradient) => {
      if (decay !== 1) state.weight.change((weight) => tf.mul(weight, decay));
      adam(state, gradient);
    };
  },
};

/** Kingma and Ba 2015. */
const adam: Optimizer = {
  moments: ['firstMoment', 'secondMoment'],
  update(tf, numbers) {
    const step = adamStep(tf, numbers);
    return (state, gradient) => step(state, decayed(tf, state, gradient, numbers));
  },
};

/** Momentum without damping: b ← momentum · b + g, w ← w − rate · b. */
const sgd: Optimizer = {
  moments: ['firstMoment'],
  update(tf, numbers) {
    const rate = tf.scalar(numbers.learningRate);
    const momentum = tf.scalar(numbers.momentum ?? 0);
    return (state, gradient) => {
      const fresh = decayed(tf, state, gradient, numbers);
      StoredTensor.update(tf, 'ResourceApplyMomentum', [state.weight, state.firstMoment], [rate, fresh, momentum]);
    };
  },
};

/** Of Hinton's lecture: s ← 0.99 · s + 0.01 · g², b ← momentum · b + g / (√s + 1e-8), w ← w − rate · b. */
const rmsprop: Optimizer = {
  moments: ['firstMoment', 'secondMoment'],
  update: (tf, numbers) => (state, gradient) => {
    const fresh = decayed(tf, state, gradient, numbers);
    const { weight, firstMoment, secondMoment } = state;
    const squares = tf.mul(tf.square(fresh), 1 - alpha);
    secondMoment.change((before) => tf.add(tf.mul(before, alpha), squares));
    const scaled = tf.div(fresh, tf.add(tf.sqrt(secondMoment.read()), epsilon));
    firstMoment.change((before) => tf.add(tf.mul(before, numbers.momentum ?? 0), scaled));
    weight.change((before) => tf.sub(before, tf.mul(firstMoment.read(), numbers.learningRate)));
  },
};

export const optimizers: Readonly<Record<OptimizerName, Optimizer>> = { adamw, adam, sgd, rmsprop };

/** min(1, limit / (norm + 1e-6)), a scalar; the norm is that of all values of all gradients together. */
export function clippingScale(tf: TensorFlow, gradients: readonly TfTensor[], limit: number): TfTensor {
  const squares = gradients.map((gradient) => tf.sum(tf.square(gradient)));
  const norm = tf.sqrt(squares.reduce((sum, square) => tf.add(sum, square), tf.scalar(0)));
  return tf.minimum(tf.div(limit, tf.add(norm, 1e-6)), 1);
}
