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
  /** What differs from step to step. */
  readonly numbers: (step: StepNumbers) => readonly number[];
  /** The update of one step, the same for every parameter. @param numbers those of `numbers`, a scalar each */
  readonly update: (tf: TensorFlow, numbers: readonly TfTensor[], decay: number) => Update;
}

/** The usual decay of Adam's first moment; a schedule may move it (see schedule.ts of the training). */
const usualBeta1 = 0.9;
const beta2 = 0.999;
/** Decay of RMSprop's squares. */
const alpha = 0.99;
const epsilon = 1e-8;

/**
 * Bias corrections as PyTorch's for a moving beta 1, both in the rate; epsilon in the scale of the bare second moment.
 * @returns the rate, beta 1 and epsilon
 */
function adamNumbers({ step, learningRate, momentum = usualBeta1 }: StepNumbers): readonly number[] {
  const correction = Math.sqrt(1 - beta2 ** step);
  return [(learningRate * correction) / (1 - momentum ** step), momentum, epsilon * correction];
}

/** The library would correct by powers of beta, in float32: it is told that these are 0. */
function adamUpdate(tf: TensorFlow, numbers: readonly TfTensor[]): Update {
  const [rate, beta1, smallest] = [numberAt(numbers, 0), numberAt(numbers, 1), numberAt(numbers, 2)];
  const all = [tf.scalar(0), tf.scalar(0), rate, beta1, tf.scalar(beta2), smallest];
  return ({ weight, firstMoment, secondMoment }, gradient) =>
    StoredTensor.update(tf, 'ResourceApplyAdam', [weight, firstMoment, secondMoment], [...all, gradient]);
}

/** What decay adds to the gradient, in all but AdamW. */
function decayed(tf: TensorFlow, { weight }: Optimized, gradient: TfTensor, decay: number): TfTensor {
  return decay === 0 ? gradient : tf.add(gradient, tf.mul(weight.read(), decay));
}

/** Loshchilov and Hutter 2019: the decay does not pass through the moments. */
const adamw: Optimizer = {
  moments: ['firstMoment', 'secondMoment'],
  numbers: (step) => [...adamNumbers(step), 1 - step.learningRate * step.weightDecay],
  update(tf, numbers, decay) {
    const adam = adamUpdate(tf, numbers);
    const kept = numberAt(numbers, 3);
    return (state, gradient) => {
      if (decay !== 0) state.weight.change((weight) => tf.mul(weight, kept));
      adam(state, gradient);
    };
  },
};

/** Kingma and Ba 2015. */
const adam: Optimizer = {
  moments: ['firstMoment', 'secondMoment'],
  numbers: adamNumbers,
  update(tf, numbers, decay) {
    const step = adamUpdate(tf, numbers);
    return (state, gradient) => step(state, decayed(tf, state, gradient, decay));
  },
};

const rateAndMomentum = ({ learningRate, momentum = 0 }: StepNumbers) => [learningRate, momentum];

/** Momentum without damping: b ← momentum · b + g, w ← w − rate · b. */
const sgd: Optimizer = {
  moments: ['firstMoment'],
  numbers: rateAndMomentum,
  update: (tf, numbers, decay) => (state, gradient) => {
    const [rate, momentum] = [numberAt(numbers, 0), numberAt(numbers, 1)];
    const fresh = decayed(tf, state, gradient, decay);
    StoredTensor.update(tf, 'ResourceApplyMomentum', [state.weight, state.firstMoment], [rate, fresh, momentum]);
  },
};

/** Of Hinton's lecture: s ← 0.99 · s + 0.01 · g², b ← momentum · b + g / (√s + 1e-8), w ← w − rate · b. */
const rmsprop: Optimizer = {
  moments: ['firstMoment', 'secondMoment'],
  numbers: rateAndMomentum,
  update: (tf, numbers, decay) => (state, gradient) => {
    const [rate, momentum] = [numberAt(numbers, 0), numberAt(numbers, 1)];
    const fresh = decayed(tf, state, gradient, decay);
    const { weight, firstMoment, secondMoment } = state;
    const squares = tf.mul(tf.square(fresh), 1 - alpha);
    secondMoment.change((before) => tf.add(tf.mul(before, alpha), squares));
    const scaled = tf.div(fresh, tf.add(tf.sqrt(secondMoment.read()), epsilon));
    firstMoment.change((before) => tf.add(tf.mul(before, momentum), scaled));
    weight.change((before) => tf.sub(before, tf.mul(firstMoment.read(), rate)));
  },
};

function numberAt(numbers: readonly TfTensor[], at: number): TfTensor {
  const found = numbers[at];
  if (found === undefined) throw new Error('The optimizer was not given all its numbers.');
  return found;
}

export const optimizers: Readonly<Record<OptimizerName, Optimizer>> = { adamw, adam, sgd, rmsprop };

/** min(1, limit / (norm + 1e-6)), a scalar; the norm is that of all values of all gradients together. */
export function clippingScale(tf: TensorFlow, gradients: readonly TfTensor[], limit: number): TfTensor {
  const squares = gradients.map((gradient) => tf.sum(tf.square(gradient)));
  const norm = tf.sqrt(squares.reduce((sum, square) => tf.add(sum, square), tf.scalar(0)));
  return tf.minimum(tf.div(limit, tf.add(norm, 1e-6)), 1);
}
