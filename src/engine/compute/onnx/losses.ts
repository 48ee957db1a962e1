/** Losses: a value for each image, the mean over its values, and the gradient of that. */
import type { LossName } from '../../../shared/settings';
import type { Graph, Value } from './graph';
import { add, divide, meanOver, multiply, reshape, subtract, unary } from './operators/arithmetic';

export interface LossGraph {
  /** [batch] */
  readonly perImage: Value;
  /** Gradient of Σ weights · perImage with respect to the reconstruction; weights is [batch, 1, 1, 1]. */
  gradient(weights: Value): Value;
}

interface ElementLoss {
  /** The loss of every value, any shape. */
  readonly values: Value;
  readonly derivative: () => Value;
}

type Loss = (graph: Graph, reconstruction: Value, target: Value) => ElementLoss;

const losses: Readonly<Partial<Record<LossName, Loss>>> = {
  mse(graph, reconstruction, target) {
    const difference = subtract(graph, reconstruction, target);
    return {
      values: multiply(graph, difference, difference),
      derivative: () => multiply(graph, difference, graph.scalar(2)),
    };
  },

  l1(graph, reconstruction, target) {
    const difference = subtract(graph, reconstruction, target);
    return {
      values: unary(graph, 'Abs', difference),
      derivative: () => unary(graph, 'Sign', difference),
    };
  },

  /** −t·ln p − (1 − t)·ln(1 − p); logarithms end at −100 and the derivative's divisor at 1e-12, as in PyTorch. */
  bce(graph, reconstruction, target) {
    const rest = subtract(graph, graph.scalar(1), reconstruction);
    const boundedLog = (value: Value) =>
      graph.add('Max', [unary(graph, 'Log', value), graph.scalar(-100)], value.shape);
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
  },
};

/** @param reconstruction and target: [batch, channels, height, width] */
export function addLoss(graph: Graph, name: LossName, reconstruction: Value, target: Value): LossGraph {
  const [batch = 1, ...image] = reconstruction.shape;
  const valuesPerImage = image.reduce((product, size) => product * size, 1);
  const build = losses[name];
  if (build === undefined) throw new Error(`The loss ${name} cannot be trained with here.`);
  const loss = build(graph, reconstruction, target);
  const rows = reshape(graph, loss.values, [batch, valuesPerImage]);
  return {
    perImage: reshape(graph, meanOver(graph, rows, [1]), [batch]),
    gradient: (weights) =>
      multiply(graph, loss.derivative(), multiply(graph, weights, graph.scalar(1 / valuesPerImage))),
  };
}
