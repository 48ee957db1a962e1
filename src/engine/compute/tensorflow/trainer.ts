/** Training: gradients by TensorFlow.js's tape, updates by our own optimizers. */
import { setImmediate } from 'node:timers/promises';
import { isTrained, type NetworkPlan, type ParameterPlan, valueCount } from '../../model/plan';
import { checkNetwork } from '../../model/shapes';
import type { NetworkSpec } from '../../model/spec';
import type { NamedTensors, Tensor } from '../../model/tensors';
import type { OptimizerState, StepOptions, Trainer, TrainerOptions } from '../backend';
import { checkLoss } from '../loss-checks';
import { drawNoise, type NoisePlan, planNoise } from '../network/noise';
import type { TensorFlow, TfTensor } from './api';
import { channelsLast, givenTensor, weightTensor, weightValues } from './layout';
import { fromUnitRange, lossesOf } from './losses';
import { runLayers } from './network';
import type { Moment } from '../optimizer-steps';
import { clippingScale, optimizers } from './optimizers';
import { StoredTensor } from './stored';

/** @throws UserError `settings-invalid` when the loss does not fit the network, `model-invalid` when the weights do not */
export function openTrainer(tf: TensorFlow, spec: NetworkSpec, options: TrainerOptions): Trainer {
  const plan = checkNetwork(spec);
  checkLoss(options.loss, spec);
  return new TensorFlowTrainer(tf, plan, options);
}

type Settings = Omit<TrainerOptions, 'weights' | 'optimizerState' | 'threads'>;

class TensorFlowTrainer implements Trainer {
  private readonly trained = new Map<string, StoredTensor>();
  private readonly running = new Map<string, TfTensor>();
  private readonly moments: Readonly<Record<Moment, Map<string, StoredTensor>>> = {
    firstMoment: new Map(),
    secondMoment: new Map(),
  };
  private readonly noise: readonly NoisePlan[];
  /** Not all options: the weights that training began with would stay in memory as long as the trainer. */
  private readonly settings: Settings;
  private stepCount: number;

  constructor(
    private readonly tf: TensorFlow,
    private readonly plan: NetworkPlan,
    { weights, optimizerState, threads: _threads, ...settings }: TrainerOptions,
  ) {
    this.settings = settings;
    this.noise = planNoise(plan);
    this.stepCount = optimizerState?.step ?? 0;
    const given = { firstMoment: optimizerState?.firstMoments, secondMoment: optimizerState?.secondMoments };
    for (const parameter of plan.parameters) {
      const weight = givenTensor(weights, parameter);
      if (!isTrained(parameter)) {
        this.running.set(parameter.name, this.kept(weight));
        continue;
      }
      this.trained.set(parameter.name, this.stored(weight));
      for (const moment of this.optimizer.moments) {
        const tensors = given[moment];
        const start = tensors === undefined ? zeros(parameter) : givenTensor(tensors, parameter);
        this.moments[moment].set(parameter.name, this.stored(start));
      }
    }
  }

  async step(input: Float32Array, target: Float32Array, options: StepOptions): Promise<Float32Array> {
    // TensorFlow computes on this very thread: messages that came in meanwhile are answered between steps.
    await setImmediate();
    const step = this.stepCount + 1;
    const { tf } = this;
    // What the pass read of the weights is gone before they change: they need not be copied first.
    const { losses, gradients, statistics } = tf.tidy(() => this.pass(input, target, options.keep, step));
    tf.tidy(() => this.update(gradients, { ...options, step }));
    tf.dispose([...gradients.values()]);
    this.replaceRunning(statistics);
    this.stepCount = step;
    return losses;
  }

  weights(): Promise<NamedTensors> {
    return Promise.resolve(
      this.copies(this.plan.parameters, (name) => this.trained.get(name)?.read() ?? this.running.get(name)),
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
    for (const tensors of [this.trained, this.running, this.moments.firstMoment, this.moments.secondMoment]) {
      for (const tensor of tensors.values()) tensor.dispose();
      tensors.clear();
    }
    return Promise.resolve();
  }

  private get optimizer() {
    return optimizers[this.settings.optimizer ?? 'adamw'];
  }

  /** There and back. */
  private pass(input: Float32Array, target: Float32Array, keep: number, step: number) {
    const { tf, plan } = this;
    const { range } = plan.spec.input;
    const statistics = new Map<string, TfTensor>();
    const divergences: TfTensor[] = [];
    const names = [...this.trained.keys()];
    const weights = [...this.trained.values()].map((stored) => stored.read());
    const noise = this.drawn(step);
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
      return tf.sum(tf.mul(perImage, part));
    })(weights);
    const kept = new Map(gradients.map((gradient, at) => [names[at] ?? '', tf.keep(gradient)]));
    return { losses, gradients: kept, statistics };
  }

  private update(gradients: ReadonlyMap<string, TfTensor>, numbers: StepOptions & { readonly step: number }): void {
    const { tf, optimizer } = this;
    const { weightDecay, gradientClip } = this.settings;
    const { step, learningRate, momentum } = numbers;
    const scale = gradientClip === undefined ? undefined : clippingScale(tf, [...gradients.values()], gradientClip);
    const update = optimizer.update(tf, { step, learningRate, weightDecay, momentum });
    for (const [name, weight] of this.trained) {
      const gradient = gradients.get(name);
      if (gradient === undefined) throw new Error(`There is no gradient of ${name}.`);
      const { firstMoment, secondMoment } = this.moments;
      const state = {
        weight,
        firstMoment: firstMoment.get(name) ?? weight,
        secondMoment: secondMoment.get(name) ?? weight,
      };
      tf.tidy(() => update(state, scale === undefined ? gradient : tf.mul(gradient, scale)));
    }
  }

  /** @param next kept tensors */
  private replaceRunning(next: ReadonlyMap<string, TfTensor>): void {
    for (const [name, tensor] of next) {
      this.running.get(name)?.dispose();
      this.running.set(name, tensor);
    }
  }

  private drawn(step: number): Map<string, TfTensor> {
    const { batchSize, seed = 0 } = this.settings;
    return new Map(
      this.noise.map((one) => {
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

  private stored(tensor: Tensor): StoredTensor {
    const value = this.kept(tensor);
    const stored = new StoredTensor(this.tf, value);
    value.dispose();
    return stored;
  }

  /** Zeros where the optimizer keeps none. */
  private copy(moment: Moment): NamedTensors {
    const trained = this.plan.parameters.filter(isTrained);
    if (!this.optimizer.moments.includes(moment)) {
      return new Map(trained.map((parameter) => [parameter.name, zeros(parameter)]));
    }
    return this.copies(trained, (name) => this.moments[moment].get(name)?.read());
  }

  private copies(parameters: readonly ParameterPlan[], read: (name: string) => TfTensor | undefined): NamedTensors {
    const values = new Map<string, Tensor>();
    // One after the other: all at once would take the memory of the network again. Nothing comes back through `tidy`,
    // which would look for tensors among the numbers.
    for (const { name } of parameters) {
      this.tf.tidy(() => {
        const tensor = read(name);
        if (tensor === undefined) throw new Error('The trainer was disposed of.');
        values.set(name, weightValues(this.tf, tensor));
      });
    }
    return values;
  }
}

function zeros({ shape }: ParameterPlan): Tensor {
  return { shape, data: new Float32Array(valueCount(shape)) };
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
