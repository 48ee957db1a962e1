/** Which layers become one convolution when nothing changes any more: enlargement, convolution, normalisation, activation. */
import type { LayerPlan } from '../../model/plan';
import type { Layer } from '../../model/spec';
import type { NamedTensors } from '../../model/tensors';
import { type Filter, foldNormalisation } from './filter';

type LayerOf<T extends Layer['type']> = Extract<Layer, { type: T }>;

export type JoinedActivation = LayerOf<'relu'> | LayerOf<'leakyRelu'> | LayerOf<'sigmoid'> | LayerOf<'tanh'>;

export interface FusedLayers {
  /** Of the first and the last layer in it. */
  readonly first: LayerPlan;
  readonly last: LayerPlan;
  readonly count: number;
  readonly convolution: LayerPlan;
  readonly layer: LayerOf<'conv'> | LayerOf<'convTranspose'>;
  /** By which whole factor the image is enlarged first; 1: it is not. */
  readonly enlargement: number;
  /** Output channels first, also of a transposed convolution. */
  readonly filter: Filter;
  /** Behind the convolution, if there is one that every backend computes along with it. */
  readonly activation: JoinedActivation | undefined;
}

/** What begins at `at`, or undefined when that is not a convolution. */
export function fuseLayers(plans: readonly LayerPlan[], at: number, weights: NamedTensors): FusedLayers | undefined {
  const first = plans[at];
  const enlargement = first === undefined ? 1 : enlargementOf(first);
  const convolution = plans[enlargement > 1 ? at + 1 : at];
  const layer = convolution?.layer;
  if (first === undefined || convolution === undefined) return undefined;
  if (layer?.type !== 'conv' && (layer?.type !== 'convTranspose' || enlargement > 1)) return undefined;
  let filter = filterOf(convolution, layer, weights);
  if (filter === undefined) return undefined;
  let next = at + (enlargement > 1 ? 2 : 1);
  const norm = plans[next];
  if (norm?.layer.type === 'batchNorm') {
    filter = foldNormalisation(filter, weights, norm.name);
    next++;
  }
  const following = plans[next];
  const activation = following && joinedActivation(following.layer);
  if (activation !== undefined) next++;
  const last = plans[next - 1] ?? convolution;
  return { first, last, count: next - at, convolution, layer, enlargement, filter, activation };
}

/** Of a nearest-neighbour enlargement by the same whole factor both ways; 1 for every other layer. */
export function enlargementOf({ layer, input, output }: LayerPlan): number {
  if (layer.type !== 'resize' || (layer.mode ?? 'nearest') !== 'nearest') return 1;
  const factor = output[1] / input[1];
  return Number.isInteger(factor) && output[2] / input[2] === factor ? factor : 1;
}

function filterOf(
  { name, input: [into], output: [out] }: LayerPlan,
  { type, kernel }: LayerOf<'conv'> | LayerOf<'convTranspose'>,
  weights: NamedTensors,
): Filter | undefined {
  const weight = weights.get(`${name}.weight`)?.data;
  if (weight?.length !== out * into * kernel * kernel) return undefined;
  const bias = weights.get(`${name}.bias`)?.data ?? new Float32Array(out);
  const outFirst = type === 'conv' ? weight : swapAxes(weight, into, out, kernel * kernel);
  return { out, into, kernel, weight: outFirst, bias };
}

/** [first, second, taps] → [second, first, taps] */
function swapAxes(values: Float32Array, first: number, second: number, taps: number): Float32Array {
  const result = new Float32Array(values.length);
  for (let a = 0; a < first; a++) {
    for (let b = 0; b < second; b++) {
      const from = (a * second + b) * taps;
      result.set(values.subarray(from, from + taps), (b * first + a) * taps);
    }
  }
  return result;
}

function joinedActivation(layer: Layer): JoinedActivation | undefined {
  switch (layer.type) {
    case 'relu':
    case 'leakyRelu':
    case 'sigmoid':
    case 'tanh':
      return layer;
    default:
      return undefined;
  }
}
