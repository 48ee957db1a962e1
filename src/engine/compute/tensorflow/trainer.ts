/** Training: gradients by TensorFlow.js's tape, updates by our own optimizers. */
import { setImmediate } from 'node:timers/promises';
import { isTrained, type NetworkPlan, type ParameterPlan, valueCount } from '../../model/plan';
import { checkNetwork } from '../../model/shapes';
import type { NetworkSpec } from '../../model/spec';
import type { NamedTensors, Tensor } from '../../model/tensors';
import type { OptimizerState, StepOptions, Trainer, TrainerOptions } from '../backend';
import { checkLoss } from '../loss-checks';
import { drawNoise, type NoisePlan, planNoise } from '../onnx/noise';
import type { TensorFlow, TfTensor, TfVariable } from './api';
import { channelsLast, givenTensor, weightTensor, weightValues } from './layout';
import { fromUnitRange, lossesOf } from './losses';
import { runLayers } from './network';
import type { Moment } from '../optimizer-steps';
import { clippingScale, optimizers } from './optimizers';

/** @throws UserError `settings-invalid` when the loss does not fit the network, `model-invalid` when the weights do not */
export function openTrainer(tf: TensorFlow, spec: NetworkSpec, options: TrainerOptions): Trainer {
  const plan = checkNetwork(spec);
  checkLoss(options.loss, spec);
  return new TensorFlowTrainer(tf, plan, options);
}

type Settings = Omit<TrainerOptions, 'weights' | 'optimizerState' | 'threads'>;

class TensorFlowTrainer implements Trainer {
  private readonly trained = new Map<string, TfVariable>();
  private readonly running = new Map<string, TfTensor>();
  private readonly moments: Readonly<Record<Moment, Map<string, TfTensor>>> = {
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
      const weight = this.kept(givenTensor(weights, parameter));
      if (!isTrained(parameter)) {
        this.running.set(parameter.name, weight);
        continue;
      }
      // No name of ours: TensorFlow.js keeps its variables by name, and two trainers may live at a time.
      this.trained.set(parameter.name, tf.variable(weight, true));
      weight.dispose();
      for (const moment of this.optimizer.moments) {
        const tensors = given[moment];
        const start = tensors === undefined ? zeros(parameter) : givenTensor(tensors, parameter);
        this.moments[moment].set(parameter.name, this.kept(start));
      }
    }
  }

  async step(input: Float32Array, target: Float32Array, options: StepOptions): Promise<Float32Array> {
    // TensorFlow computes on this very thread: messages that came in meanwhile are answered between steps.
    await setImmediate();
    const step = this.stepCount + 1;
    const { tf } = this;
    const losses = tf.tidy(() => {
      const passed = this.pass(input, target, options.keep, step);
      this.update(passed.gradients, { ...options, step });
      this.replace(this.running, passed.statistics);
      return passed.losses;
    });
    this.stepCount = step;
    return losses;
  }

  weights(): Promise<NamedTensors> {
    const tensors = this.plan.parameters.map(
      ({ name }) => [name, this.trained.get(name) ?? this.running.get(name)] as const,
    );
    return Promise.resolve(this.copies(tensors));
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
      this.tf.dispose([...tensors.values()]);
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
    const parameters = new Map<string, TfTensor>([...this.trained, ...this.running]);
    const noise = this.drawn(step);
    const klShare = (this.settings.klWeight ?? 1) / valueCount(plan.input);
    const clean = this.images(target);
    const seen = fromUnitRange(tf, input === target ? clean : this.images(input), range);
    let losses = new Float32Array();
    const { grads } = tf.variableGrads(() => {
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
      const weights = tf.tensor(shares(losses, keep), [losses.length], 'float32');
      return tf.sum(tf.mul(perImage, weights));
    }, [...this.trained.values()]);
    const gradients = new Map([...this.trained].map(([name, variable]) => [name, grads[variable.name]] as const));
    return { losses, gradients, statistics };
  }

  private update(
    gradients: ReadonlyMap<string, TfTensor | undefined>,
    { step, learningRate, momentum }: StepOptions & { readonly step: number },
  ): void {
    const { tf, optimizer } = this;
    const { weightDecay, gradientClip } = this.settings;
    const present = [...gradients.values()].filter((gradient) => gradient !== undefined);
    const scale = gradientClip === undefined ? undefined : clippingScale(tf, present, gradientClip);
    for (const [name, variable] of this.trained) {
      const raw = gradients.get(name);
      if (raw === undefined) throw new Error(`There is no gradient of ${name}.`);
      tf.tidy(() => {
        const { firstMoment, secondMoment } = this.moments;
        const state = {
          weight: variable,
          firstMoment: firstMoment.get(name) ?? variable,
          secondMoment: secondMoment.get(name) ?? variable,
        };
        const gradient = scale === undefined ? raw : tf.mul(raw, scale);
        const next = optimizer.update(tf, state, gradient, { step, learningRate, weightDecay, momentum });
        variable.assign(next.weight);
        for (const moment of optimizer.moments) {
          const value = next[moment];
          if (value !== undefined) this.replace(this.moments[moment], new Map([[name, tf.keep(value)]]));
        }
      });
      raw.dispose();
    }
  }

  /** @param next kept tensors */
  private replace(tensors: Map<string, TfTensor>, next: ReadonlyMap<string, TfTensor>): void {
    for (const [name, tensor] of next) {
      tensors.get(name)?.dispose();
      tensors.set(name, tensor);
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

  /** Zeros where the optimizer keeps none. */
  private copy(moment: Moment): NamedTensors {
    const trained = this.plan.parameters.filter(isTrained);
    if (!this.optimizer.moments.includes(moment)) {
      return new Map(trained.map((parameter) => [parameter.name, zeros(parameter)]));
    }
    return this.copies(trained.map(({ name }) => [name, this.moments[moment].get(name)]));
  }

  private copies(tensors: readonly (readonly [string, TfTensor | undefined])[]): NamedTensors {
    return this.tf.tidy(
      () =>
        new Map(
          tensors.map(([name, tensor]) => {
            if (tensor === undefined) throw new Error('The trainer was disposed of.');
            return [name, weightValues(this.tf, tensor)] as const;
          }),
        ),
    );
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
