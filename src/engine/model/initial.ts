/** First weights, drawn as PyTorch draws them. */
import { randomStream } from '../../shared/random';
import { type NetworkPlan, type ParameterPlan, valueCount } from './plan';
import type { NamedTensors, Tensor } from './tensors';

/**
 * PyTorch's defaults: weights and biases of convolutions and linear layers uniform within ±1/√fanIn, norms 1 and 0, running
 * mean 0 and variance 1. Each tensor has a random stream of its own, so the order of drawing does not matter.
 */
export function initialWeights(plan: NetworkPlan, seed: number): NamedTensors {
  return new Map(plan.parameters.map((parameter) => [parameter.name, initialTensor(parameter, seed)]));
}

const fill = {
  weight: uniform,
  bias: uniform,
  normWeight: (data: Float32Array) => data.fill(1),
  normBias: (data: Float32Array) => data,
  runningMean: (data: Float32Array) => data,
  runningVariance: (data: Float32Array) => data.fill(1),
};

function initialTensor(parameter: ParameterPlan, seed: number): Tensor {
  const data = new Float32Array(valueCount(parameter.shape));
  fill[parameter.kind](data, parameter, seed);
  return { shape: parameter.shape, data };
}

function uniform(data: Float32Array, parameter: ParameterPlan, seed: number): Float32Array {
  const stream = randomStream(seed, `weights ${parameter.name}`);
  const bound = 1 / Math.sqrt(parameter.fanIn);
  const steps = 2 ** 24;
  for (let index = 0; index < data.length; index++) {
    data[index] = ((2 * stream.below(steps)) / steps - 1) * bound;
  }
  return data;
}
