/** Scoring: the network in evaluation mode, with its weights inside the graph. */
import type * as ort from 'onnxruntime-node';
import type { DeviceName } from '../../../shared/settings';
import { checkNetwork, type NetworkPlan, valueCount } from '../../model/shapes';
import type { FeatureShape, NetworkSpec } from '../../model/spec';
import { type FeatureName, featureNames, type Scorer, type ScorerOptions, type ScorerOutput } from '../backend';
import { featureOutput } from './network-features';
import { buildScoringGraph, type ScoringGraph } from './scoring-graph';
import { chunkSize } from './scoring/chunk-size';
import { trustedBlock } from './scoring/trusted-block';
import { floatsOf, floatTensor, openSession } from './session';

export async function openScorer(spec: NetworkSpec, options: ScorerOptions, device: DeviceName): Promise<Scorer> {
  const plan = checkNetwork(spec);
  const block = await trustedBlock(device);
  const graph = buildScoringGraph(plan, options.weights, { features: options.features, ...(block && { block }) });
  const session = await openSession(graph.model, { device, threads: options.threads });
  // Caches are the processor's matter; a device of its own is given all at once.
  const chunk = device === 'cpu' ? chunkSize(plan) : options.batchSize;
  return new OnnxScorer(session, plan, options.batchSize, chunk, graph);
}

class OnnxScorer implements Scorer {
  readonly latentSize: number;
  readonly featureSizes: Readonly<Record<FeatureName, number>>;
  readonly stageShape?: FeatureShape;
  /** Output by output, what several chunks of images made. */
  private readonly joined = new Map<string, Float32Array>();

  constructor(
    private readonly session: ort.InferenceSession,
    private readonly plan: NetworkPlan,
    readonly batchSize: number,
    /** Images that go through the network at once. */
    private readonly chunk: number,
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
    const outputOf = count <= this.chunk ? await this.pass(input, 0, count) : await this.passInChunks(input, count);
    const present = featureNames.filter((name) => this.featureSizes[name] > 0);
    return {
      reconstruction: outputOf('reconstruction'),
      latent: outputOf('latent'),
      features: Object.fromEntries(present.map((name) => [name, outputOf(featureOutput(name))])),
    };
  }

  private async passInChunks(input: Float32Array, count: number): Promise<OutputOf> {
    for (let from = 0; from < count; from += this.chunk) {
      const size = Math.min(this.chunk, count - from);
      const outputOf = await this.pass(input, from, size);
      for (const name of this.session.outputNames) {
        const values = outputOf(name);
        const valuesPerImage = values.length / size;
        this.room(name, this.batchSize * valuesPerImage).set(values, from * valuesPerImage);
      }
    }
    return (name) => {
      const all = this.joined.get(name) ?? new Float32Array();
      return all.subarray(0, (all.length / this.batchSize) * count);
    };
  }

  private room(name: string, length: number): Float32Array {
    const known = this.joined.get(name);
    if (known?.length === length) return known;
    const made = new Float32Array(length);
    this.joined.set(name, made);
    return made;
  }

  private async pass(input: Float32Array, from: number, count: number): Promise<OutputOf> {
    const values = valueCount(this.plan.input);
    const images = input.subarray(from * values, (from + count) * values);
    const outputs = await this.session.run({ image: floatTensor(images, [count, ...this.plan.input]) });
    return (name) => floatsOf(outputs[name]);
  }

  async dispose(): Promise<void> {
    await this.session.release();
  }
}

type OutputOf = (name: string) => Float32Array;
