/** Batch normalisation on blocked values; mathematics as in operators/normalisation.ts. */
import type { Value } from '../graph';
import { multiply, unary } from '../operators/arithmetic';
import { blendStatistic, inverseDeviation, normalisation } from '../operators/normalisation';
import type { Forward, Operator, Place } from '../operators/operator';
import { dotByChannel, scaleChannels, sumByChannel } from './kernels';

export function blockedBatchNorm(block: number): Operator<'batchNorm'> {
  return (place, layer, input) =>
    input.blocked === true && place.training
      ? normalised(place, input, block)
      : normalisation.batchNorm(place, layer, input);
}

function normalised({ graph, batch, input: shape, parameter }: Place, input: Value, block: number): Forward {
  const [channels, height, width] = shape;
  const count = batch * height * width;
  const perValue = graph.scalar(1 / count);
  const ones = graph.constant([channels], new Float32Array(channels).fill(1));
  const mean = multiply(graph, sumByChannel(graph, input, block), perValue);
  // Centred first: the difference of two large sums would lose the digits that a small variance has.
  const centred = scaleChannels(graph, input, ones, { offset: unary(graph, 'Neg', mean) });
  const variance = multiply(graph, dotByChannel(graph, centred, centred), perValue);
  const inverse = inverseDeviation(graph, variance);
  const scale = multiply(graph, inverse, parameter('weight'));
  const unbiased = multiply(graph, variance, graph.scalar(count / Math.max(1, count - 1)));
  return {
    output: scaleChannels(graph, centred, scale, { offset: parameter('bias') }),
    statistics: {
      running_mean: blendStatistic(graph, parameter('running_mean'), mean),
      running_var: blendStatistic(graph, parameter('running_var'), unbiased),
    },
    backward(gradient, wanted) {
      const bias = sumByChannel(graph, gradient, block);
      const weight = multiply(graph, dotByChannel(graph, gradient, centred), inverse);
      const parameters = { weight, bias };
      if (!wanted.input) return { parameters };
      const negativeShare = multiply(graph, scale, graph.scalar(-1 / count));
      const throughStatistics = scaleChannels(
        graph,
        centred,
        multiply(graph, multiply(graph, weight, inverse), negativeShare),
        { offset: multiply(graph, bias, negativeShare) },
      );
      return { input: scaleChannels(graph, gradient, scale, { plus: throughStatistics }), parameters };
    },
  };
}
