/**
 * The trained network in evaluation mode, its weights inside: what scores images, and what is exported. Always plain
 * ONNX: as weights are constants here, runtimes choose layouts and join layers by themselves.
 */
import type { LayerPlan, NetworkPlan } from '../../model/plan';
import type { NamedTensors } from '../../model/tensors';
import { addMapFeatures, planFeatures } from './encoder-features';
import { dynamicBatch, Graph, type Value } from './graph';
import { lowerLayer, plainLowering } from './lowering';
import { concat, meanOver, multiply, reshape, subtract } from './operators/arithmetic';
import { addPixelBlockConv, pixelBlockSide } from './pixel-blocks';
import { fromUnitRange, toUnitRange } from './value-range';

export interface ScoringGraphOptions {
  /** Adds the output `features`. */
  readonly encoderFeatures?: boolean;
  /** Adds the output `reconstruction_error`: each image's mean squared error, [N]. */
  readonly reconstructionError?: boolean;
  /** Channels in a vector of the processor that will run it: convolutions to fewer are joined; 1 for any device. */
  readonly vectorChannels?: number;
  readonly metadata?: Readonly<Record<string, string>>;
}

export interface ScoringGraph {
  readonly model: Uint8Array;
  /** Length of a row of `features`; 0 when they were not asked for. */
  readonly featureSize: number;
}

/**
 * Input: `image` [N, channels, height, width] in 0..1. Outputs: `reconstruction` like it, `latent` [N, latent], and
 * `features` [N, features] and `reconstruction_error` [N] as asked.
 */
export function buildScoringGraph(
  plan: NetworkPlan,
  weights: NamedTensors,
  options: ScoringGraphOptions,
): ScoringGraph {
  const graph = new Graph();
  const image = graph.input('image', [dynamicBatch, ...plan.input]);
  const parameters = new Map(plan.parameters.map(({ name, shape }) => [name, weightOf(graph, weights, name, shape)]));
  const { range } = plan.spec.input;
  const wantsFeatures = options.encoderFeatures === true;
  const features: Value[] = wantsFeatures ? addMapFeatures(graph, image, plan.input, false) : [];
  const { stages, quarters } = planFeatures(plan);
  const observe = ({ name, output: shape }: LayerPlan, output: Value): void => {
    if (wantsFeatures && stages.has(name)) features.push(...addMapFeatures(graph, output, shape, quarters));
  };
  const context = { graph, lowering: plainLowering, batch: dynamicBatch, training: false, parameters, observe };

  let value = fromUnitRange(graph, image, range);
  let latent = value;
  for (const layer of plan.layers) {
    const side = pixelBlockSide(layer, options.vectorChannels ?? 1);
    value = side > 1 ? addPixelBlockConv(graph, layer, weights, value, side) : lowerLayer(context, layer, value).output;
    if (layer.part === 'encoder') latent = value;
  }
  value = toUnitRange(graph, value, range);
  graph.output('reconstruction', value);
  graph.output('latent', reshape(graph, latent, [dynamicBatch, plan.latentSize]));
  const featureSize = features.reduce((sum, { shape }) => sum + (shape[1] ?? 0), 0);
  if (features.length > 0) {
    graph.output('features', concat(graph, features, 1));
  }
  if (options.reconstructionError === true) {
    const difference = subtract(graph, value, image);
    const mean = meanOver(graph, multiply(graph, difference, difference), [1, 2, 3]);
    graph.output('reconstruction_error', reshape(graph, mean, [dynamicBatch]));
  }
  return { model: graph.encode(options.metadata), featureSize };
}

/** A weight as a constant of the graph. */
export function weightOf(graph: Graph, weights: NamedTensors, name: string, shape: readonly number[]): Value {
  const tensor = weights.get(name);
  if (tensor?.shape.join() !== shape.join()) {
    throw new Error(`The weights do not fit the network: ${name} should be [${shape.join()}].`);
  }
  return graph.constant(shape, tensor.data, name);
}
