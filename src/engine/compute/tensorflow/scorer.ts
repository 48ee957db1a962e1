/** Scoring and decoding: the network in evaluation mode. */
import { type LayerPlan, type NetworkPlan, valueCount } from '../../model/plan';
import { checkNetwork } from '../../model/shapes';
import type { FeatureShape, NetworkSpec } from '../../model/spec';
import {
  type Decoder,
  type DecoderOptions,
  type FeatureName,
  featureNames,
  type NamedTensors,
  type Scorer,
  type ScorerOptions,
  type ScorerOutput,
} from '../backend';
import { joinFloats } from '../float-arrays';
import { noFeatures, planFeatures } from '../network/feature-plan';
import type { TensorFlow, TfTensor } from './api';
import { FeatureWatch } from './features';
import { record } from './graph/recording';
import { GraphSession } from './graph/session';
import { JoinedNetwork } from './joined-layers';
import type { Pass } from './layers/layer';
import { channelsFirst, channelsLast, givenTensor, weightTensor } from './layout';
import { fromUnitRange, toUnitRange } from './losses';
import { runLayers } from './network';

/** @throws UserError `model-invalid` when the weights do not fit the network */
export function openScorer(tf: TensorFlow, spec: NetworkSpec, options: ScorerOptions): Scorer {
  const { batchSize, features, weights } = options;
  return new TensorFlowScorer(tf, checkNetwork(spec), { batchSize, features }, weights);
}

/** What a pass makes on its way is held until its end: 128 MB of it, however large the images are. */
const mostValuesHeld = 2 ** 25;
/** Who asks for fewer at a time looks at a few images, which takes less time than to open a graph. */
const leastForGraph = 16;
/** More gain nothing; fewer read the weights of dense layers anew too often. */
const mostImages = 64;

function chunkSize({ layers }: NetworkPlan): number {
  return Math.max(1, Math.min(mostImages, Math.floor(mostValuesHeld / valuesIn(layers))));
}

/** Of one image, in the outputs of all layers. */
function valuesIn(layers: readonly LayerPlan[]): number {
  return layers.reduce((sum, { output, inner = [] }) => sum + valueCount(output) + valuesIn(inner.flat()), 0);
}

const none = new Float32Array();

class TensorFlowScorer implements Scorer {
  readonly batchSize: number;
  readonly latentSize: number;
  readonly featureSizes: Scorer['featureSizes'];
  readonly stageShape?: FeatureShape;
  private readonly network: ScoredNetwork;
  /** Images that a pass takes. */
  private readonly chunk: number;
  /** A pass over so many, once it was asked for. */
  private session: GraphSession | undefined;
  private featuresDrawn: readonly FeatureName[] = [];

  constructor(
    private readonly tf: TensorFlow,
    private readonly plan: NetworkPlan,
    private readonly options: Pick<ScorerOptions, 'batchSize' | 'features'>,
    weights: NamedTensors,
  ) {
    this.batchSize = options.batchSize;
    this.latentSize = plan.latentSize;
    this.network = new ScoredNetwork(tf, plan.layers, weights);
    this.chunk = Math.min(options.batchSize, chunkSize(plan));
    // One black image shows how much the network tells.
    const { features = {} } = this.pass(new Float32Array(valueCount(plan.input)), 1);
    const sizes = featureNames.map((name) => [name, features[name]?.length ?? 0] as const);
    this.featureSizes = { ...noFeatures, ...Object.fromEntries(sizes) };
    const stage = options.features ? planFeatures(plan).whole?.output : undefined;
    if (stage !== undefined) this.stageShape = stage;
  }

  run(input: Float32Array, count: number): Promise<ScorerOutput> {
    if (count < 1 || count > this.batchSize) {
      return Promise.reject(
        new RangeError(`A batch holds 1 to ${String(this.batchSize)} images, not ${String(count)}.`),
      );
    }
    return this.inChunks(input, count);
  }

  dispose(): Promise<void> {
    this.session?.dispose();
    this.network.dispose();
    return Promise.resolve();
  }

  private async inChunks(input: Float32Array, count: number): Promise<ScorerOutput> {
    const size = valueCount(this.plan.input);
    const { chunk } = this;
    const parts: ScorerOutput[] = [];
    for (let start = 0; start < count; start += chunk) {
      const images = Math.min(chunk, count - start);
      parts.push(await inTurn(() => this.pass(input.subarray(start * size), images)));
    }
    const names = featureNames.filter((name) => this.featureSizes[name] > 0);
    return {
      reconstruction: joinFloats(parts.map(({ reconstruction }) => reconstruction)),
      latent: joinFloats(parts.map(({ latent }) => latent)),
      features: Object.fromEntries(
        names.map((name) => [name, joinFloats(parts.map(({ features }) => features?.[name] ?? none))] as const),
      ),
    };
  }

  private pass(input: Float32Array, count: number): ScorerOutput {
    const { tf, plan } = this;
    return tidied(tf, () => {
      const values = input.subarray(0, count * valueCount(plan.input));
      const images = tf.tensor(values, [count, ...plan.input], 'float32');
      // What is left over in the end is not worth a graph of its own.
      const drawn =
        count === this.chunk && this.batchSize >= leastForGraph ? this.whole(images).run([images]) : this.drawn(images);
      const [reconstruction = none, latent = none, ...features] = drawn.map(valuesOf);
      const named = features.map((values, at) => [this.featuresDrawn[at] ?? '', values] as const);
      return { reconstruction, latent, features: Object.fromEntries(named) };
    });
  }

  /** A pass as one operation of the library's. */
  private whole(images: TfTensor): GraphSession {
    const { tf } = this;
    if (!this.session) {
      const held = this.network.tensors();
      const recording = record(tf, { inputs: [images], variables: [], held }, () => this.drawn(images));
      this.session = GraphSession.open(tf, recording, held);
    }
    return this.session;
  }

  /** @param images [count, channels, height, width] @returns the reconstruction, the code, then the features */
  private drawn(images: TfTensor): TfTensor[] {
    const { tf, plan, network } = this;
    const { range } = plan.spec.input;
    const [encoder, decoder] = partsOf(plan);
    const image = channelsLast(tf, images);
    const watch = this.options.features ? new FeatureWatch(tf, plan, image) : undefined;
    const draw = (from: TfTensor, layers: readonly LayerPlan[], observe?: Pass['observe']) =>
      network.run(layers, from, observe);
    const code = draw(fromUnitRange(tf, image, range), encoder, watch?.observe);
    const output = toUnitRange(tf, draw(code, decoder, watch?.observe), range);
    if (watch) draw(fromUnitRange(tf, output, range), encoder, watch.observeRebuilt);
    const features = watch?.features() ?? new Map<FeatureName, TfTensor>();
    this.featuresDrawn = [...features.keys()];
    return [channelsFirst(tf, output), channelsFirst(tf, code), ...features.values()];
  }
}

/** @throws UserError `model-invalid` when the weights do not fit the network */
export function openDecoder(tf: TensorFlow, spec: NetworkSpec, options: DecoderOptions): Decoder {
  const plan = checkNetwork(spec);
  const [, layers] = partsOf(plan);
  const network = new ScoredNetwork(tf, layers, options.weights);
  const codeShape = layers[0]?.input ?? plan.input;
  return {
    latentSize: plan.latentSize,
    decode: (latent, count) =>
      inTurn(() =>
        tidied(tf, () => {
          const codes = tf.tensor(latent.subarray(0, count * plan.latentSize), [count, ...codeShape], 'float32');
          const output = network.run(layers, channelsLast(tf, codes));
          return valuesOf(channelsFirst(tf, toUnitRange(tf, output, plan.spec.input.range)));
        }),
      ),
    dispose() {
      network.dispose();
      return Promise.resolve();
    },
  };
}

/** TensorFlow computes on this very thread: messages that came in meanwhile are answered first. */
async function inTurn<T>(work: () => T): Promise<T> {
  await new Promise((resolve) => setImmediate(resolve));
  return work();
}

/**
 * What `work` reads from tensors that are gone when it ends. It does not come back through `tidy`, which would look for
 * tensors among all the numbers: for images of 64×64 that took twice as long as the network.
 */
function tidied<T>(tf: TensorFlow, work: () => T): T {
  const made: T[] = [];
  tf.tidy(() => {
    made.push(work());
  });
  const [result] = made;
  if (result === undefined) throw new Error('TensorFlow.js did not run what it was given.');
  return result;
}

function partsOf({ layers }: NetworkPlan) {
  const of = (part: 'encoder' | 'decoder') => layers.filter((layer) => layer.part === part);
  return [of('encoder'), of('decoder')] as const;
}

/** Layers with their weights, in evaluation mode. */
class ScoredNetwork {
  private readonly joined: JoinedNetwork;
  private readonly parameters: ReadonlyMap<string, TfTensor>;

  /** @throws UserError `model-invalid` when the weights do not fit the network */
  constructor(
    private readonly tf: TensorFlow,
    layers: readonly LayerPlan[],
    weights: NamedTensors,
  ) {
    const given = layers
      .flatMap(({ parameters }) => parameters)
      .map((plan) => [plan, givenTensor(weights, plan)] as const);
    this.joined = new JoinedNetwork(tf, layers, weights);
    // What is joined holds filters of its own.
    const others = given.filter(([{ name }]) => !this.joined.holds(name));
    this.parameters = tf.tidy(
      () => new Map(others.map(([{ name }, tensor]) => [name, tf.keep(weightTensor(tf, tensor))])),
    );
  }

  run(layers: readonly LayerPlan[], input: TfTensor, observe?: Pass['observe']): TfTensor {
    const { parameters, joined } = this;
    return runLayers(
      this.tf,
      { training: false, parameters, joined: joined.layers, ...(observe && { observe }) },
      layers,
      input,
    );
  }

  /** All that it holds. */
  tensors(): readonly TfTensor[] {
    return [...this.parameters.values(), ...this.joined.tensors];
  }

  dispose(): void {
    this.tf.dispose([...this.tensors()]);
  }
}

/** A copy of its own: what TensorFlow gives may be shared. */
function valuesOf(tensor: TfTensor): Float32Array {
  return tensor.dataSync().slice();
}
