/** What an encoder's map looks like in a few numbers per channel. */
import type { LayerPlan, NetworkPlan } from '../../model/plan';
import type { FeatureShape } from '../../model/spec';
import type { Graph, Value } from './graph';
import { activationTypes } from './operators/activations';
import { meanOver, multiply, reshape, subtract, unary } from './operators/arithmetic';

/** What is measured of it later grows with the square of the features, and more than that in time. */
const mostFeatures = 3000;

const activations: ReadonlySet<string> = new Set(activationTypes);

export interface FeaturePlan {
  /** Names of the layers whose outputs are described. */
  readonly stages: ReadonlySet<string>;
  readonly quarters: boolean;
}

/**
 * The encoder's activations, also inside of other layers, on what still has places. In networks with many channels the
 * means of quarters are left out, and if that is not enough the stages with the most channels.
 */
export function planFeatures({ input, layers }: NetworkPlan): FeaturePlan {
  const stages = layers.filter(({ part }) => part === 'encoder').flatMap(stagesOf);
  const ofImage = 2 * input[0];
  const count = (chosen: readonly LayerPlan[], each: (shape: FeatureShape) => number) =>
    chosen.reduce((sum, { output }) => sum + each(output), ofImage);
  if (count(stages, (shape) => (hasQuarters(shape) ? 6 : 2) * shape[0]) <= mostFeatures) {
    return { stages: namesOf(stages), quarters: true };
  }
  const narrowestFirst = [...stages].sort((a, b) => a.output[0] - b.output[0]);
  while (count(narrowestFirst, ([channels]) => 2 * channels) > mostFeatures) narrowestFirst.pop();
  return { stages: namesOf(narrowestFirst), quarters: false };
}

function stagesOf(plan: LayerPlan): LayerPlan[] {
  const [, height, width] = plan.output;
  if (activations.has(plan.layer.type)) return height * width > 1 ? [plan] : [];
  return plan.inner?.flat().flatMap(stagesOf) ?? [];
}

function namesOf(plans: readonly LayerPlan[]): Set<string> {
  return new Set(plans.map(({ name }) => name));
}

function hasQuarters([, height, width]: FeatureShape): boolean {
  return height >= 2 && width >= 2;
}

/**
 * Mean and (population) standard deviation of every channel, then, when asked for and the map is at least 2×2, the
 * means of its quarters as PyTorch's adaptive_avg_pool2d(2) cuts them: with an odd side the quarters share the middle.
 *
 * @param map [batch, channels, height, width]
 * @returns each [batch, n]
 */
export function addMapFeatures(graph: Graph, map: Value, shape: FeatureShape, quarters: boolean): Value[] {
  const [channels, height, width] = shape;
  const [batch = 1] = map.shape;
  const mean = meanOver(graph, map, [2, 3]);
  const centred = subtract(graph, map, mean);
  const variance = meanOver(graph, multiply(graph, centred, centred), [2, 3]);
  const features = [
    reshape(graph, mean, [batch, channels]),
    reshape(graph, unary(graph, 'Sqrt', variance), [batch, channels]),
  ];
  if (quarters && hasQuarters(shape)) {
    const pooled = graph.add('AveragePool', [map], [batch, channels, 2, 2], {
      kernel_shape: [Math.ceil(height / 2), Math.ceil(width / 2)],
      strides: [Math.floor(height / 2), Math.floor(width / 2)],
    });
    features.push(reshape(graph, pooled, [batch, channels * 4]));
  }
  return features;
}
