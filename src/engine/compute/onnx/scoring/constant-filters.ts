/** Filters whose values are known while the graph is built: joined with what follows them, and laid out in blocks. */
import type { NamedTensors } from '../../../model/tensors';
import { wholeBlocks } from '../blocked-domain';

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

/** As blocked/kernels.ts describes, with empty output channels up to a whole block. */
export function layOutFilter({ out, into, kernel, weight }: Filter, block: number): Float32Array {
  const taps = kernel * kernel;
  const data = new Float32Array(wholeBlocks(out, block) * into * taps);
  const inside = into % block === 0 ? block : 1;
  for (let o = 0; o < out; o++) {
    const [outBlock, outLane] = [Math.floor(o / block), o % block];
    for (let i = 0; i < into; i++) {
      const [inBlock, inLane] = [Math.floor(i / inside), i % inside];
      for (let tap = 0; tap < taps; tap++) {
        const panel = (outBlock * (into / inside) + inBlock) * taps + tap;
        data[(panel * inside + inLane) * block + outLane] = weight[(o * into + i) * taps + tap] ?? 0;
      }
    }
  }
  return data;
}

/** With empty channels up to a whole block. */
export function layOutBias({ out, bias }: Filter, block: number): Float32Array {
  const data = new Float32Array(wholeBlocks(out, block));
  data.set(bias);
  return data;
}
