/** Losses: a value for each image, the mean over its values, with the same derivatives as those of the ONNX backend. */
import { defaultFocal, type FocalSettings, type LossName } from '../../../shared/settings';
import type { NetworkSpec } from '../../model/spec';
import type { TensorFlow, TfTensor } from './api';
import { structuralLoss } from './structural-loss';

export interface LossOptions {
  readonly loss: LossName;
  readonly focal?: FocalSettings | undefined;
}

/** Of the reconstruction and the target, value by value. */
interface ValueLoss {
  readonly values: (tf: TensorFlow, reconstruction: TfTensor, target: TfTensor) => TfTensor;
  readonly derivative: (tf: TensorFlow, reconstruction: TfTensor, target: TfTensor) => TfTensor;
}

const mse: ValueLoss = {
  values: (tf, reconstruction, target) => tf.square(tf.sub(reconstruction, target)),
  derivative: (tf, reconstruction, target) => tf.mul(tf.sub(reconstruction, target), 2),
};

const l1: ValueLoss = {
  values: (tf, reconstruction, target) => tf.abs(tf.sub(reconstruction, target)),
  derivative: (tf, reconstruction, target) => tf.sign(tf.sub(reconstruction, target)),
};

/** −t·ln p − (1 − t)·ln(1 − p); logarithms end at −100 and the derivative's divisor at 1e-12, as in PyTorch. */
const bce: ValueLoss = {
  values(tf, reconstruction, target) {
    const boundedLog = (value: TfTensor) => tf.maximum(tf.log(value), -100);
    const hit = tf.mul(target, boundedLog(reconstruction));
    const miss = tf.mul(tf.sub(1, target), boundedLog(tf.sub(1, reconstruction)));
    return tf.neg(tf.add(hit, miss));
  },
  derivative(tf, reconstruction, target) {
    const divisor = tf.maximum(tf.mul(reconstruction, tf.sub(1, reconstruction)), 1e-12);
    return tf.div(tf.sub(reconstruction, target), divisor);
  },
};

/**
 * −alpha · ln q · (1 − q)^gamma (after Lin et al. 2017), with q = p + 1e-8 where the target is above the threshold and
 * 1 − p + 1e-8 elsewhere.
 */
function focal({ alpha, gamma, threshold }: FocalSettings): ValueLoss {
  const parts = (tf: TensorFlow, reconstruction: TfTensor, target: TfTensor) => {
    const isHigh = tf.step(tf.sub(target, threshold));
    // 1 where q rises with p, −1 where it falls.
    const sign = tf.sub(tf.mul(isHigh, 2), 1);
    const q = tf.add(tf.add(tf.mul(sign, reconstruction), tf.sub(1, isHigh)), 1e-8);
    // Rounding may lift q above 1; and a power below 1 of 0 has no derivative.
    const doubt = tf.maximum(tf.sub(1, q), 1e-7);
    return { sign, q, doubt, log: tf.log(q), power: tf.pow(doubt, gamma) };
  };
  return {
    values(tf, reconstruction, target) {
      const { log, power } = parts(tf, reconstruction, target);
      return tf.mul(tf.mul(log, power), -alpha);
    },
    derivative(tf, reconstruction, target) {
      const { sign, q, doubt, log, power } = parts(tf, reconstruction, target);
      const throughPower = tf.div(tf.mul(tf.mul(log, power), gamma), doubt);
      const slope = tf.sub(tf.div(power, q), throughPower);
      return tf.mul(tf.mul(slope, sign), -alpha);
    },
  };
}

/** An image's loss is the mean over its values. */
function meanOf(tf: TensorFlow, loss: ValueLoss, reconstruction: TfTensor, target: TfTensor): TfTensor {
  const values = tf.customGrad<[TfTensor]>((input, save) => {
    // The target too: what is made on the way there is gone on the way back unless it is saved.
    save([input, target]);
    return {
      value: loss.values(tf, input, target),
      gradFunc: (gradient, [input = gradient, target = gradient]) =>
        tf.mul(gradient, loss.derivative(tf, input, target)),
    };
  });
  return tf.mean(values(reconstruction), [1, 2, 3]);
}

/**
 * @param reconstruction what the network gives, and `target` in 0..1: both [batch, height, width, channels]
 * @returns [batch]. The loss compares in the network's own range, but for SSIM, whose constants are made for 0..1.
 */
export function lossesOf(
  tf: TensorFlow,
  options: LossOptions,
  range: NetworkSpec['input']['range'],
  reconstruction: TfTensor,
  target: TfTensor,
): TfTensor {
  if (options.loss === 'ssim') return structuralLoss(tf, toUnitRange(tf, reconstruction, range), target);
  const losses: Readonly<Record<Exclude<LossName, 'ssim'>, ValueLoss>> = {
    mse,
    l1,
    bce,
    focal: focal(options.focal ?? defaultFocal),
  };
  return meanOf(tf, losses[options.loss], reconstruction, fromUnitRange(tf, target, range));
}

/** From 0..1 to what the network sees. */
export function fromUnitRange(tf: TensorFlow, images: TfTensor, range: NetworkSpec['input']['range']): TfTensor {
  return range === '-1..1' ? tf.sub(tf.mul(images, 2), 1) : images;
}

/** From what the network gives to 0..1. */
export function toUnitRange(tf: TensorFlow, images: TfTensor, range: NetworkSpec['input']['range']): TfTensor {
  return range === '-1..1' ? tf.add(tf.mul(images, 0.5), 0.5) : images;
}
