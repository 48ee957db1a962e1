/** Scoring: the network in evaluation mode, with its weights inside the graph. */
import type * as ort from 'onnxruntime-node';
import type { DeviceName } from '../../../shared/settings';
import { checkNetwork, type NetworkPlan } from '../../model/shapes';
import type { FeatureShape, NetworkSpec } from '../../model/spec';
import {
  type FeatureName,
  featureNames,
  type NetworkFeatures,
  type Scorer,
  type ScorerOptions,
  type ScorerOutput,
} from '../backend';
import { featureOutput } from './network-features';
import { buildScoringGraph, type ScoringGraph } from './scoring-graph';
import { trustedBlock } from './scoring/trusted-block';
import { floatsOf, floatTensor, openSession } from './session';

export async function openScorer(spec: NetworkSpec, options: ScorerOptions, device: DeviceName): Promise<Scorer> {
  const plan = checkNetwork(spec);
  const block = await trustedBlock(device);
  const graph = buildScoringGraph(plan, options.weights, { features: options.features, ...(block && { block }) });
  const session = await openSession(graph.model, { device, threads: options.threads });
  return new OnnxScorer(session, plan, options.batchSize, graph);
}

class OnnxScorer implements Scorer {
  readonly latentSize: number;
  readonly featureSizes: Readonly<Record<FeatureName, number>>;
  readonly stageShape?: FeatureShape;

  constructor(
    private readonly session: ort.InferenceSession,
    private readonly plan: NetworkPlan,
    readonly batchSize: number,
    { featureSizes, stageShape }: ScoringGraph,
  ) {
    this.latentSize = plan.latentSize;
    this.featureSizes = featureSizes;
    if (stageShape) this.stageShape = stageShape;
  }

  async run(input: Float32Array, count: number): Promise<ScorerOutput> {
    if (count < 1 || count > this.batchSize) {
      throw new RangeError(`A batch holds 1 to ${String(this.batchSize)} images, not ${String(count)}.`);
    }
    const shape = [count, ...this.plan.input];
    const images = input.subarray(
      0,
      shape.reduce((product, size) => product * size, 1),
    );
    const outputs = await this.session.run({ image: floatTensor(images, shape) });
    return {
      reconstruction: floatsOf(outputs['reconstruction']),
      latent: floatsOf(outputs['latent']),
      features: this.featuresOf(outputs),
    };
  }

  private featuresOf(outputs: ort.InferenceSession.OnnxValueMapType): NetworkFeatures {
    const present = featureNames.filter((name) => this.featureSizes[name] > 0);
    return Object.fromEntries(present.map((name) => [name, floatsOf(outputs[featureOutput(name)])]));
  }

  async dispose(): Promise<void> {
    await this.session.release();
  }
}
