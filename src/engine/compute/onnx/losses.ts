/** Losses: a value for each image, the mean over its values, and the gradient of that. */
import { defaultFocal, type FocalSettings, type LossName } from '../../../shared/settings';
import { valueCount } from '../../model/plan';
import type { Graph, Value } from './graph';
import { positive } from './operators/activations';
import { add, divide, meanOver, multiply, reshape, subtract, unary } from './operators/arithmetic';
import { addStructuralLoss } from './structural-loss';

export interface LossGraph {
  /** [batch] */
  readonly perImage: Value;
  /** Gradient of Σ weights · perImage with respect to the reconstruction; weights is [batch, 1, 1, 1]. */
  gradient(weights: Value): Value;
}

export interface LossOptions {
  readonly loss: LossName;
  readonly focal?: FocalSettings | undefined;
}

interface ElementLoss {
  /** The loss of every value, any shape. */
  readonly values: Value;
  readonly derivative: () => Value;
}

type Loss = (graph: Graph, reconstruction: Value, target: Value) => LossGraph;
type ValueLoss = (graph: Graph, reconstruction: Value, target: Value) => ElementLoss;

const mse: ValueLoss = (graph, reconstruction, target) => {
  const difference = subtract(graph, reconstruction, target);
  return {
    values: multiply(graph, difference, difference),
    derivative: () => multiply(graph, difference, graph.scalar(2)),
  };
};

const l1: ValueLoss = (graph, reconstruction, target) => {
  const difference = subtract(graph, reconstruction, target);
  return {
    values: unary(graph, 'Abs', difference),
    derivative: () => unary(graph, 'Sign', difference),
  };
};

/** −t·ln p − (1 − t)·ln(1 − p); logarithms end at −100 and the derivative's divisor at 1e-12, as in PyTorch. */
const bce: ValueLoss = (graph, reconstruction, target) => {
  const rest = subtract(graph, graph.scalar(1), reconstruction);
  const boundedLog = (value: Value) => graph.add('Max', [unary(graph, 'Log', value), graph.scalar(-100)], value.shape);
  const hit = multiply(graph, target, boundedLog(reconstruction));
  const miss = multiply(graph, subtract(graph, graph.scalar(1), target), boundedLog(rest));
  return {
    values: unary(graph, 'Neg', add(graph, hit, miss)),
    derivative() {
      const divisor = multiply(graph, reconstruction, rest);
      const bounded = graph.add('Max', [divisor, graph.scalar(1e-12)], divisor.shape);
      return divide(graph, subtract(graph, reconstruction, target), bounded);
    },
  };
};

/**
 * −alpha · ln q · (1 − q)^gamma (after Lin et al. 2017), with q = p + 1e-8 where the target is above the threshold and
 * 1 − p + 1e-8 elsewhere.
 */
const focal =
  ({ alpha, gamma, threshold }: FocalSettings): ValueLoss =>
  (graph, reconstruction, target) => {
    const one = graph.scalar(1);
    const isHigh = positive(graph, subtract(graph, target, graph.scalar(threshold)));
    // 1 where q rises with p, −1 where it falls.
    const sign = subtract(graph, add(graph, isHigh, isHigh), one);
    const certainty = add(graph, multiply(graph, sign, reconstruction), subtract(graph, one, isHigh));
    const q = add(graph, certainty, graph.scalar(1e-8));
    const log = unary(graph, 'Log', q);
    // Rounding may lift q above 1; and a power below 1 of 0 has no derivative.
    const doubt = graph.add('Max', [subtract(graph, one, q), graph.scalar(1e-7)], q.shape);
    const power = graph.add('Pow', [doubt, graph.scalar(gamma)], q.shape);
    return {
      values: multiply(graph, multiply(graph, log, power), graph.scalar(-alpha)),
      derivative() {
        const throughPower = divide(graph, multiply(graph, multiply(graph, log, power), graph.scalar(gamma)), doubt);
        const slope = subtract(graph, divide(graph, power, q), throughPower);
        return multiply(graph, multiply(graph, slope, sign), graph.scalar(-alpha));
      },
    };
  };

/** An image's loss is the mean over its values. */
const meanOf =
  (loss: ValueLoss): Loss =>
  (graph, reconstruction, target) => {
    const [batch = 1, ...image] = reconstruction.shape;
    const valuesPerImage = valueCount(image);
    const { values, derivative } = loss(graph, reconstruction, target);
    const rows = reshape(graph, values, [batch, valuesPerImage]);
    return {
      perImage: reshape(graph, meanOver(graph, rows, [1]), [batch]),
      gradient: (weights) => multiply(graph, derivative(), multiply(graph, weights, graph.scalar(1 / valuesPerImage))),
    };
  };

/**
 * @param reconstruction and target: [batch, channels, height, width]. The loss is that of these values, whatever their
 * range: images in −1..1 have four times the squared error that they have in 0..1. SSIM, bce and focal take 0..1.
 */
export function addLoss(graph: Graph, options: LossOptions, reconstruction: Value, target: Value): LossGraph {
  const losses: Readonly<Record<LossName, Loss>> = {
    mse: meanOf(mse),
    l1: meanOf(l1),
    bce: meanOf(bce),
    focal: meanOf(focal(options.focal ?? defaultFocal)),
    ssim: addStructuralLoss,
  };
  return losses[options.loss](graph, reconstruction, target);
}
