/** A convolution whose values are known, and what can be joined with it. */
import type { NamedTensors } from '../../model/tensors';

/** A convolution's numbers, PyTorch's layout [out, in, kernel, kernel]. */
export interface Filter {
  readonly out: number;
  readonly into: number;
  readonly kernel: number;
  readonly weight: Float32Array;
  /** [out] */
  readonly bias: Float32Array;
}

const epsilon = 1e-5;

/**
 * A convolution with the batch normalisation behind it, in evaluation mode, as one convolution: every output channel
 * is scaled by γ / √(variance + 1e-5) and shifted.
 * @param norm the normalisation's name among the weights
 */
export function foldNormalisation(filter: Filter, weights: NamedTensors, norm: string): Filter {
  const tensor = (name: string) => weights.get(`${norm}.${name}`)?.data ?? new Float32Array();
  const [gamma, beta] = [tensor('weight'), tensor('bias')];
  const [mean, variance] = [tensor('running_mean'), tensor('running_var')];
  const { out } = filter;
  const scale = Float64Array.from({ length: out }, (_, channel) => {
    return (gamma[channel] ?? 1) / Math.sqrt((variance[channel] ?? 0) + epsilon);
  });
  const perChannel = filter.weight.length / out;
  return {
    ...filter,
    weight: filter.weight.map((value, place) => value * (scale[Math.floor(place / perChannel)] ?? 1)),
    bias: filter.bias.map(
      (value, channel) => (value - (mean[channel] ?? 0)) * (scale[channel] ?? 1) + (beta[channel] ?? 0),
    ),
  };
}
