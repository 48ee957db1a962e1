/** The decoder alone, in evaluation mode with its weights inside: what a code that no image has looks like. */
import type { NetworkPlan } from '../../model/shapes';
import type { NamedTensors } from '../../model/tensors';
import { dynamicBatch, Graph } from './graph';
import { lowerLayer, plainLowering } from './lowering';
import { elementwise, multiply, reshape } from './operators/arithmetic';

/**
 * Input: `latent` [N, latent]. Output: `reconstruction` [N, channels, height, width] in 0..1. Of a variational network
 * the code is the means.
 */
export function buildDecoderGraph(plan: NetworkPlan, weights: NamedTensors): Uint8Array {
  const graph = new Graph();
  const layers = plan.layers.filter(({ part }) => part === 'decoder');
  const code = graph.input('latent', [dynamicBatch, plan.latentSize]);
  const parameters = new Map(
    layers.flatMap((layer) =>
      layer.parameters.map(({ name, shape }) => {
        const tensor = weights.get(name);
        if (tensor?.shape.join() !== shape.join()) {
          throw new Error(`The weights do not fit the network: ${name} should be [${shape.join()}].`);
        }
        return [name, graph.constant(shape, tensor.data, name)] as const;
      }),
    ),
  );
  const context = {
    graph,
    lowering: plainLowering,
    batch: dynamicBatch,
    training: false,
    parameters,
    noise: new Map(),
  };
  let value = reshape(graph, code, [dynamicBatch, ...(layers[0]?.input ?? plan.input)]);
  for (const layer of layers) value = lowerLayer(context, layer, value).output;
  if (plan.spec.input.range === '-1..1') {
    value = elementwise(graph, 'Add', [multiply(graph, value, graph.scalar(0.5)), graph.scalar(0.5)]);
  }
  graph.output('reconstruction', value);
  return graph.encode();
}
