/** Training: gradients by TensorFlow.js's tape, updates by our own optimizers. */
import { setImmediate } from 'node:timers/promises';
import { isTrained, type LayerPlan, type NetworkPlan, valueCount } from '../../model/plan';
import { planPretext, type PretextPlan, withHeads, withHeadWeights } from '../../model/pretext';
import { checkNetwork } from '../../model/shapes';
import type { NetworkSpec } from '../../model/spec';
import type { NamedTensors, Tensor } from '../../model/tensors';
import type { OptimizerState, PretextBatch, StepOptions, Trainer, TrainerOptions } from '../backend';
import { checkLoss } from '../loss-checks';
import { drawNoise, type NoisePlan, planNoise, planPretextNoise, pretextPass } from '../network/noise';
import type { TensorFlow, TfTensor } from './api';
import { joinEnlargements } from './enlarged-layers';
import type { JoinedLayers } from './layers/layer';
import { channelsLast, givenTensor, weightTensor, weightValues } from './layout';
import { fromUnitRange, lossesOf } from './losses';
import { runLayers, valueOf } from './network';
import type { Moment } from '../optimizer-steps';
import { clippingScale, optimizers } from './optimizers';
import { pretextLosses } from './pretext-heads';
import { type Pack, packed, planPacks, StoredPack, zeros } from './packed-parameters';

/** @throws UserError `settings-invalid` when the loss does not fit the network, `model-invalid` when the weights do not */
export function openTrainer(tf: TensorFlow, spec: NetworkSpec, options: TrainerOptions): Trainer {
  const plan = checkNetwork(spec);
  checkLoss(options.loss, spec);
  const pretext = planPretext(plan, options.pretext);
  const weights = withHeadWeights(options.weights, pretext);
  return new TensorFlowTrainer(tf, withHeads(plan, pretext), pretext, { ...options, weights });
}

/** What the library keeps of a pack; moments only where the optimizer has them. */
interface StoredState {
  readonly pack: Pack;
  readonly weight: StoredPack;
  readonly firstMoment: StoredPack | undefined;
  readonly secondMoment: StoredPack | undefined;
}

type Settings = Omit<TrainerOptions, 'weights' | 'optimizerState' | 'threads'>;

class TensorFlowTrainer implements Trainer {
  private readonly packs: readonly StoredState[];
  private readonly running = new Map<string, TfTensor>();
  private readonly noise: readonly NoisePlan[];
  private readonly pretextNoise: readonly NoisePlan[];
  private readonly joined: ReadonlyMap<LayerPlan, JoinedLayers>;
  /** Not all options: the weights that training began with would stay in memory as long as the trainer. */
  private readonly settings: Settings;
  private stepCount: number;

  constructor(
    private readonly tf: TensorFlow,
    /** The heads' parameters among its own. */
    private readonly plan: NetworkPlan,
    private readonly pretext: PretextPlan | undefined,
    { weights, optimizerState, threads: _threads, ...settings }: TrainerOptions,
  ) {
    this.settings = settings;
    this.noise = planNoise(plan);
    this.pretextNoise = pretext ? planPretextNoise(pretext) : [];
    this.joined = joinEnlargements(tf, plan.layers);
    this.stepCount = optimizerState?.step ?? 0;
    for (const parameter of plan.parameters) {
      if (!isTrained(parameter)) this.running.set(parameter.name, this.kept(givenTensor(weights, parameter)));
    }
    const given = { firstMoment: optimizerState?.firstMoments, secondMoment: optimizerState?.secondMoments };
    this.packs = planPacks(plan.parameters.filter(isTrained)).map((pack): StoredState => {
      const weight = new StoredPack(tf, pack, weights);
      const moment = (name: Moment) =>
        this.optimizer.moments.includes(name) ? new StoredPack(tf, pack, given[name]) : undefined;
      return { pack, weight, firstMoment: moment('firstMoment'), secondMoment: moment('secondMoment') };
    });
  }

  async step(input: Float32Array, target: Float32Array, options: StepOptions): Promise<Float32Array> {
    // TensorFlow computes on this very thread: messages that came in meanwhile are answered between steps.
    await setImmediate();
    const step = this.stepCount + 1;
    const { tf } = this;
    // What the pass read of the weights is gone before they change: they need not be copied first.
    const { losses, gradients, statistics } = tf.tidy(() => this.pass(input, target, options, step));
    tf.tidy(() => this.update(gradients, { ...options, step }));
    tf.dispose([...gradients.values()]);
    this.replaceRunning(statistics);
    this.stepCount = step;
    return losses;
  }

  weights(): Promise<NamedTensors> {
    const values = new Map(this.packs.flatMap(({ weight }) => weight.copies()));
    // Nothing comes back through `tidy`, which would look for tensors among the numbers.
    this.tf.tidy(() => {
      for (const [name, tensor] of this.running) values.set(name, weightValues(this.tf, tensor));
    });
    // In the network's order.
    return Promise.resolve(
      new Map(this.plan.parameters.map((parameter) => [parameter.name, givenTensor(values, parameter)])),
    );
  }

  optimizerState(): Promise<OptimizerState> {
    const state = {
      step: this.stepCount,
      firstMoments: this.copy('firstMoment'),
      secondMoments: this.copy('secondMoment'),
    };
    return Promise.resolve(state);
  }

  dispose(): Promise<void> {
    for (const { weight, firstMoment, secondMoment } of this.packs) {
      for (const stored of [weight, firstMoment, secondMoment]) stored?.dispose();
    }
    this.tf.dispose([...this.running.values()]);
    this.running.clear();
    return Promise.resolve();
  }

  private get optimizer() {
    return optimizers[this.settings.optimizer ?? 'adamw'];
  }

  /** There and back. */
  private pass(input: Float32Array, target: Float32Array, { keep, pretext }: StepOptions, step: number) {
    const { tf, plan } = this;
    const { range } = plan.spec.input;
    const statistics = new Map<string, TfTensor>();
    const divergences: TfTensor[] = [];
    const trained = this.packs.flatMap(({ weight }) => weight.read());
    const names = trained.map(([name]) => name);
    const noise = this.drawn(this.noise, step);
    const asked = this.pretext && this.askedBatch(this.pretext, pretext, step);
    const klShare = (this.settings.klWeight ?? 1) / valueCount(plan.input);
    const clean = this.images(target);
    const seen = fromUnitRange(tf, input === target ? clean : this.images(input), range);
    let losses = new Float32Array();
    const gradients = tf.grads((...inputs) => {
      const parameters = new Map<string, TfTensor>(this.running);
      for (const [at, input] of inputs.entries()) parameters.set(names[at] ?? '', input);
      const output = runLayers(
        tf,
        {
          training: true,
          image: seen,
          joined: this.joined,
          parameters,
          noise,
          measured: (name, value) => statistics.set(name, tf.keep(value)),
          diverges: (divergence) => divergences.push(divergence),
        },
        plan.layers,
        seen,
      );
      const plain = lossesOf(tf, this.settings, range, output, clean);
      const perImage = divergences.reduce((sum, divergence) => tf.add(sum, tf.mul(divergence, klShare)), plain);
      losses = perImage.dataSync().slice();
      const part = tf.tensor(shares(losses, keep), [losses.length], 'float32');
      return tf.sum(tf.mul(asked ? tf.add(perImage, asked(parameters)) : perImage, part));
    })(trained.map(([, value]) => value));
    const kept = new Map(gradients.map((gradient, at) => [names[at] ?? '', tf.keep(gradient)]));
    return { losses, gradients: kept, statistics };
  }

  /** Takes the encoder's first layers once more: batch statistics are this pass's own and leave no trace. */
  private askedBatch(plan: PretextPlan, batch: PretextBatch | undefined, step: number) {
    if (!batch) throw new Error('A step with pretext tasks was given no images for them.');
    const { tf } = this;
    const image = fromUnitRange(tf, this.images(batch.images), this.plan.spec.input.range);
    const drawn = [...this.drawn(this.pretextNoise, step)];
    const noise = new Map(drawn.map(([layer, values]) => [layer.slice(pretextPass.length), values] as const));
    return (parameters: ReadonlyMap<string, TfTensor>): TfTensor => {
      const pass = { training: true, image, joined: this.joined, parameters, noise };
      const map = runLayers(tf, pass, plan.layers, image);
      return pretextLosses(tf, plan, map, batch.labels, (name) => valueOf(parameters, name));
    };
  }

  private update(gradients: ReadonlyMap<string, TfTensor>, numbers: StepOptions & { readonly step: number }): void {
    const { tf, optimizer } = this;
    const { weightDecay, gradientClip } = this.settings;
    const { step, learningRate, momentum } = numbers;
    const scale = gradientClip === undefined ? undefined : clippingScale(tf, [...gradients.values()], gradientClip);
    const update = optimizer.update(tf, { step, learningRate, weightDecay, momentum });
    const gradientOf = (name: string) => {
      const gradient = gradients.get(name);
      if (gradient === undefined) throw new Error(`There is no gradient of ${name}.`);
      return gradient;
    };
    for (const { pack, weight, firstMoment = weight, secondMoment = weight } of this.packs) {
      tf.tidy(() => {
        const gradient = packed(tf, pack, gradientOf);
        const state = { weight: weight.stored, firstMoment: firstMoment.stored, secondMoment: secondMoment.stored };
        update(state, scale === undefined ? gradient : tf.mul(gradient, scale));
      });
    }
  }

  /** @param next kept tensors */
  private replaceRunning(next: ReadonlyMap<string, TfTensor>): void {
    for (const [name, tensor] of next) {
      this.running.get(name)?.dispose();
      this.running.set(name, tensor);
    }
  }

  private drawn(plans: readonly NoisePlan[], step: number): Map<string, TfTensor> {
    const { batchSize, seed = 0 } = this.settings;
    return new Map(
      plans.map((one) => {
        const values = this.tf.tensor(drawNoise(one, batchSize, seed, step), [batchSize, ...one.shape], 'float32');
        return [one.layer, channelsLast(this.tf, values)] as const;
      }),
    );
  }

  private images(values: Float32Array): TfTensor {
    const shape = [this.settings.batchSize, ...this.plan.input];
    return channelsLast(this.tf, this.tf.tensor(values, shape, 'float32'));
  }

  private kept(tensor: Tensor): TfTensor {
    return this.tf.tidy(() => this.tf.keep(weightTensor(this.tf, tensor)));
  }

  /** Zeros where the optimizer keeps none. */
  private copy(moment: Moment): NamedTensors {
    const values = new Map(this.packs.flatMap((state) => state[moment]?.copies() ?? []));
    const trained = this.plan.parameters.filter(isTrained);
    return new Map(trained.map((parameter) => [parameter.name, values.get(parameter.name) ?? zeros(parameter)]));
  }
}

/** 1 / keep for the `keep` images with the lowest loss, else 0. Equal losses: the earlier image. */
function shares(losses: Float32Array, keep: number): Float32Array {
  const order = Array.from(losses, (loss, image) => ({ loss, image })).sort(
    (a, b) => a.loss - b.loss || a.image - b.image,
  );
  const weights = new Float32Array(losses.length);
  for (const { image } of order.slice(0, keep)) weights[image] = 1 / keep;
  return weights;
}
