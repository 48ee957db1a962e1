/** Scoring: the network in evaluation mode, with its weights inside the graph. */
import type * as ort from 'onnxruntime-node';
import type { DeviceName } from '../../../shared/settings';
import { checkNetwork, type NetworkPlan } from '../../model/shapes';
import type { NetworkSpec } from '../../model/spec';
import type { Scorer, ScorerOptions, ScorerOutput } from '../backend';
import { blockSize } from './blocked/block-size';
import { buildScoringGraph } from './scoring-graph';
import { floatsOf, floatTensor, openSession } from './session';

export async function openScorer(spec: NetworkSpec, options: ScorerOptions, device: DeviceName): Promise<Scorer> {
  const plan = checkNetwork(spec);
  const { model, featureSize } = buildScoringGraph(plan, options.weights, {
    encoderFeatures: options.encoderFeatures,
    vectorChannels: device === 'cpu' ? await blockSize() : 1,
  });
  const session = await openSession(model, { device, threads: options.threads });
  return new OnnxScorer(session, plan, options.batchSize, featureSize);
}

class OnnxScorer implements Scorer {
  readonly latentSize: number;

  constructor(
    private readonly session: ort.InferenceSession,
    private readonly plan: NetworkPlan,
    readonly batchSize: number,
    readonly encoderFeatureSize: number,
  ) {
    this.latentSize = plan.latentSize;
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
      ...(this.encoderFeatureSize > 0 ? { encoderFeatures: floatsOf(outputs['features']) } : {}),
    };
  }

  async dispose(): Promise<void> {
    await this.session.release();
  }
}
