/** Normalisation by batch, with PyTorch's epsilon, momentum and running statistics. */
import type { Graph, Value } from '../graph';
import { add, divide, meanOver, multiply, reshape, subtract, sumOver, unary } from './arithmetic';
import type { Forward, Operator, Operators, Place } from './operator';

const epsilon = 1e-5;
const momentum = 0.1;

/** Over batch, height and width of each channel (Ioffe and Szegedy 2015). */
const batchNorm: Operator<'batchNorm'> = (place, _layer, input) =>
  place.training ? normalisedByBatch(place, input) : normalisedByHistory(place, input);

function normalisedByHistory({ graph, parameter }: Place, input: Value): Forward {
  const tensors = ['weight', 'bias', 'running_mean', 'running_var'].map((name) => parameter(name));
  const output = graph.add('BatchNormalization', [input, ...tensors], input.shape, { epsilon: { float: epsilon } });
  return {
    output,
    backward: () => {
      throw new Error('A network in evaluation mode is not trained.');
    },
  };
}

function normalisedByBatch({ graph, batch, input: shape, parameter }: Place, input: Value): Forward {
  const [channels, height, width] = shape;
  const count = batch * height * width;
  const axes = [0, 2, 3];
  const perChannel = (value: Value) => reshape(graph, value, [1, channels, 1, 1]);
  const mean = meanOver(graph, input, axes);
  const centred = subtract(graph, input, mean);
  const variance = meanOver(graph, multiply(graph, centred, centred), axes);
  const inverse = inverseDeviation(graph, variance);
  const scale = multiply(graph, inverse, perChannel(parameter('weight')));
  const unbiased = multiply(graph, variance, graph.scalar(count / Math.max(1, count - 1)));
  return {
    output: add(graph, multiply(graph, centred, scale), perChannel(parameter('bias'))),
    statistics: {
      running_mean: blendStatistic(graph, parameter('running_mean'), reshape(graph, mean, [channels])),
      running_var: blendStatistic(graph, parameter('running_var'), reshape(graph, unbiased, [channels])),
    },
    backward(gradient, wanted) {
      const biasGradient = sumOver(graph, gradient, axes);
      const weightGradient = multiply(graph, sumOver(graph, multiply(graph, gradient, centred), axes), inverse);
      const parameters = {
        weight: reshape(graph, weightGradient, [channels]),
        bias: reshape(graph, biasGradient, [channels]),
      };
      if (!wanted.input) return { parameters };
      // What the mean and the variance, which depend on the input as well, give back.
      const throughMean = multiply(graph, biasGradient, graph.scalar(1 / count));
      const throughVariance = multiply(graph, multiply(graph, weightGradient, inverse), graph.scalar(1 / count));
      const rest = subtract(graph, subtract(graph, gradient, throughMean), multiply(graph, centred, throughVariance));
      return { input: multiply(graph, rest, scale), parameters };
    },
  };
}

/** 1 / √(variance + 1e-5) */
export function inverseDeviation(graph: Graph, variance: Value): Value {
  return divide(graph, graph.scalar(1), unary(graph, 'Sqrt', add(graph, variance, graph.scalar(epsilon))));
}

/** A running statistic after seeing another batch. */
export function blendStatistic(graph: Graph, running: Value, measured: Value): Value {
  return add(
    graph,
    multiply(graph, running, graph.scalar(1 - momentum)),
    multiply(graph, measured, graph.scalar(momentum)),
  );
}

export const normalisation = { batchNorm } satisfies Partial<Operators>;
