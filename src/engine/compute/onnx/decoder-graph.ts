/** The decoder alone, in evaluation mode with its weights inside: what a code that no image has looks like. */
import type { NetworkPlan } from '../../model/plan';
import type { NamedTensors } from '../../model/tensors';
import { dynamicBatch, Graph } from './graph';
import { lowerLayer, plainLowering } from './lowering';
import { reshape } from './operators/arithmetic';
import { weightOf } from './scoring-graph';
import { toUnitRange } from './value-range';

/**
 * Input: `latent` [N, latent]. Output: `reconstruction` [N, channels, height, width] in 0..1. Of a variational network
 * the code is the means.
 */
export function buildDecoderGraph(plan: NetworkPlan, weights: NamedTensors): Uint8Array {
  const graph = new Graph();
  const layers = plan.layers.filter(({ part }) => part === 'decoder');
  const code = graph.input('latent', [dynamicBatch, plan.latentSize]);
  const parameters = new Map(
    layers
      .flatMap((layer) => layer.parameters)
      .map(({ name, shape }) => [name, weightOf(graph, weights, name, shape)] as const),
  );
  const context = { graph, lowering: plainLowering, batch: dynamicBatch, training: false, parameters };
  let value = reshape(graph, code, [dynamicBatch, ...(layers[0]?.input ?? plan.input)]);
  for (const layer of layers) value = lowerLayer(context, layer, value).output;
  graph.output('reconstruction', toUnitRange(graph, value, plan.spec.input.range));
  return graph.encode();
}
