/** Normalisation by batch or by image, with PyTorch's epsilon, momentum and running statistics. */
import { valueCount } from '../../../model/plan';
import type { FeatureShape } from '../../../model/spec';
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

/** Over groups of channels of each image (Wu and He 2018): the same in training and evaluation. */
const groupNorm: Operator<'groupNorm'> = (place, { groups }, input) =>
  normalisedByImage(place, input, groups, [place.input[0], 1, 1]);

/** Over each channel of each image (Ulyanov, Vedaldi and Lempitsky 2016). */
const instanceNorm: Operator<'instanceNorm'> = (place, { affine }, input) =>
  normalisedByImage(place, input, place.input[0], affine === true ? [place.input[0], 1, 1] : undefined);

/** Over all values of each image (Ba, Kiros and Hinton 2016). */
const layerNorm: Operator<'layerNorm'> = (place, _layer, input) => normalisedByImage(place, input, 1, place.input);

/** @param affine the shape of weight and bias, if there are any, beside [channels, height, width] */
function normalisedByImage(
  { graph, batch, input: shape, parameter }: Place,
  input: Value,
  groups: number,
  affine: FeatureShape | undefined,
): Forward {
  const rows = [batch, groups, valueCount(shape) / groups];
  const grouped = reshape(graph, input, rows);
  const centred = subtract(graph, grouped, meanOver(graph, grouped, [2]));
  const inverse = inverseDeviation(graph, meanOver(graph, multiply(graph, centred, centred), [2]));
  const normal = multiply(graph, centred, inverse);
  const image = reshape(graph, normal, [batch, ...shape]);
  const inputGradient = (gradient: Value): Value => {
    const inner = reshape(graph, gradient, rows);
    const throughMean = meanOver(graph, inner, [2]);
    const throughVariance = meanOver(graph, multiply(graph, inner, normal), [2]);
    const rest = subtract(graph, subtract(graph, inner, throughMean), multiply(graph, normal, throughVariance));
    return reshape(graph, multiply(graph, rest, inverse), [batch, ...shape]);
  };
  if (affine === undefined) return { output: image, backward: (gradient) => ({ input: inputGradient(gradient) }) };
  const axes = [0, ...affine.flatMap((size, axis) => (size === 1 ? [axis + 1] : []))];
  const [weight, bias] = [parameter('weight'), parameter('bias')];
  const beside = (value: Value) => reshape(graph, value, [1, ...affine]);
  return {
    output: add(graph, multiply(graph, image, beside(weight)), beside(bias)),
    backward(gradient, wanted) {
      const parameters = {
        weight: reshape(graph, sumOver(graph, multiply(graph, gradient, image), axes), weight.shape),
        bias: reshape(graph, sumOver(graph, gradient, axes), bias.shape),
      };
      if (!wanted.input) return { parameters };
      return { input: inputGradient(multiply(graph, gradient, beside(weight))), parameters };
    },
  };
}

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

export const normalisation = { batchNorm, groupNorm, instanceNorm, layerNorm } satisfies Partial<Operators>;
