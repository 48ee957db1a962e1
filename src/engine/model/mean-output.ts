/**
 * A network's first drawing, moved to the mean of its images. PyTorch's first weights draw some grey, and in a folder of
 * a few hundred images much of the training went by until it had the right brightness: how much depended on the seed.
 */
import type { LayerPlan, NetworkPlan } from './plan';
import type { NamedTensors } from './tensors';

/** Where a sigmoid or a tanh is all but flat no gradient comes through. */
const margin = 0.01;

/**
 * The weights with the last layer's bias such that the drawing begins at the mean, whatever the layers before add to it;
 * unchanged where the drawing does not end in a layer with a bias.
 * @param means of each channel over the images, in 0..1: [channels]
 */
export function beginAtMean(plan: NetworkPlan, weights: NamedTensors, means: Float32Array): NamedTensors {
  const place = plan.layers.findLastIndex(({ layer }) => !isTransparent(layer));
  const last = plan.layers[place];
  const bias = last?.parameters.find(({ kind }) => kind === 'bias');
  const old = bias && weights.get(bias.name);
  const values = old && old.data.length / means.length;
  if (last?.part !== 'decoder' || last.inner || bias === undefined || !old || !Number.isInteger(values)) return weights;
  const after = plan.layers.slice(place + 1).map(({ layer }) => layer.type);
  const range = plan.spec.input.range ?? '0..1';
  const biases = means.map((mean) => biasFor(mean, range, after));
  const data = old.data.map((_, index) => biases[Math.floor((index * means.length) / old.data.length)] ?? 0);
  return new Map([...weights, [bias.name, { shape: old.shape, data }]]);
}

/** Only changes how the values of the layer before it are seen. */
function isTransparent({ type }: LayerPlan['layer']): boolean {
  return type === 'sigmoid' || type === 'tanh' || type === 'reshape' || type === 'flatten';
}

/** Whose activation is `mean` in the network's own range. */
function biasFor(mean: number, range: '0..1' | '-1..1', after: readonly string[]): number {
  const target = range === '-1..1' ? 2 * mean - 1 : mean;
  if (after.includes('tanh')) return Math.atanh(within(target, -1 + margin, 1 - margin));
  if (!after.includes('sigmoid')) return target;
  const share = within(target, margin, 1 - margin);
  return Math.log(share / (1 - share));
}

function within(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
