/**
 * The trained network in evaluation mode, its weights inside: what scores images, and what is exported. Plain ONNX, from
 * which runtimes choose layouts and join layers by themselves, unless blocks are asked for.
 */
import type { LayerPlan, NetworkPlan } from '../../model/plan';
import type { FeatureShape } from '../../model/spec';
import type { NamedTensors } from '../../model/tensors';
import type { FeatureName } from '../backend';
import { noFeatures } from '../network/feature-plan';
import { dynamicBatch, Graph, type Value } from './graph';
import { toPlain } from './layout';
import { lowerLayers, plainLowering } from './lowering';
import { FeatureWatch, type Observe } from './network-features';
import { meanOver, multiply, reshape, subtract } from './operators/arithmetic';
import { BlockedNetwork } from './scoring/blocked-network';
import { fromUnitRange, toUnitRange } from './value-range';

export interface ScoringGraphOptions {
  /** Adds an output for each kind of feature that the network has, see {@link featureOutput}. */
  readonly features?: boolean;
  /** Adds the output `reconstruction_error`: each image's mean squared error, [N]. */
  readonly reconstructionError?: boolean;
  /** Channels in a block of the CPU provider's own layout, which the graph is written for; absent: for any device. */
  readonly block?: number;
  readonly metadata?: Readonly<Record<string, string>>;
}

export interface ScoringGraph {
  readonly model: Uint8Array;
  /** Length of a row of each kind of feature; 0 for what the network does not have or was not asked for. */
  readonly featureSizes: Readonly<Record<FeatureName, number>>;
  readonly stageShape?: FeatureShape;
}

/**
 * Input: `image` [N, channels, height, width] in 0..1. Outputs: `reconstruction` like it, `latent` [N, latent], and
 * the features [N, size] and `reconstruction_error` [N] as asked.
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
  const watch = options.features === true ? new FeatureWatch(graph, image, plan, options.block) : undefined;
  const context = { graph, lowering: plainLowering, batch: dynamicBatch, training: false, parameters };
  const blocked = options.block === undefined ? undefined : new BlockedNetwork(graph, weights, context, options.block);
  const draw = (from: Value, layers: readonly LayerPlan[], observe?: Observe): Value =>
    blocked
      ? toPlain(graph, blocked.draw(layers, from, observe))
      : lowerLayers(observe ? { ...context, observe } : context, layers, from).output;

  const encoder = plan.layers.filter(({ part }) => part === 'encoder');
  const decoder = plan.layers.filter(({ part }) => part === 'decoder');
  const latent = draw(fromUnitRange(graph, image, range), encoder, watch?.observe);
  const reconstruction = toUnitRange(graph, draw(latent, decoder, watch?.observe), range);
  graph.output('reconstruction', reconstruction);
  graph.output('latent', reshape(graph, latent, [dynamicBatch, plan.latentSize]));
  if (watch) draw(fromUnitRange(graph, reconstruction, range), encoder, watch.observeRebuilt);
  if (options.reconstructionError === true) {
    const difference = subtract(graph, reconstruction, image);
    const mean = meanOver(graph, multiply(graph, difference, difference), [1, 2, 3]);
    graph.output('reconstruction_error', reshape(graph, mean, [dynamicBatch]));
  }
  const featureSizes = watch?.addOutputs() ?? noFeatures;
  const stageShape = watch?.stageShape;
  return { model: graph.encode(options.metadata), featureSizes, ...(stageShape && { stageShape }) };
}

/** A weight as a constant of the graph. */
export function weightOf(graph: Graph, weights: NamedTensors, name: string, shape: readonly number[]): Value {
  const tensor = weights.get(name);
  if (tensor?.shape.join() !== shape.join()) {
    throw new Error(`The weights do not fit the network: ${name} should be [${shape.join()}].`);
  }
  return graph.constant(shape, tensor.data, name);
}
