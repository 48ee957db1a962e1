/** One step: the way through the network and back by TensorFlow.js's tape, and the update. Its values are never looked at. */
import { type LayerPlan, type NetworkPlan, valueCount } from '../../model/plan';
import type { PretextPlan } from '../../model/pretext';
import type { TrainerOptions } from '../backend';
import { pretextPass } from '../network/noise';
import type { TensorFlow, TfTensor } from './api';
import { joinEnlargements } from './enlarged-layers';
import type { JoinedLayers } from './layers/layer';
import { channelsLast } from './layout';
import { fromUnitRange, lossesOf } from './losses';
import { ascendingOrder, placed } from './native';
import { runLayers, valueOf } from './network';
import { clippingScale, type Optimized, type Optimizer } from './optimizers';
import { type Pack, packed, unpacked } from './packed-parameters';
import { pretextLosses } from './pretext-heads';
import { inputNames } from './step-inputs';
import type { StoredTensor } from './stored';
import type { Role, Slot } from './trained-state';

export type StepSettings = Pick<TrainerOptions, 'loss' | 'focal' | 'klWeight' | 'weightDecay' | 'gradientClip'>;

export interface StepPlan {
  /** The heads' parameters among its own. */
  readonly network: NetworkPlan;
  readonly pretext: PretextPlan | undefined;
  readonly optimizer: Optimizer;
  readonly settings: StepSettings;
  readonly slots: readonly Slot[];
}

type Inputs = ReadonlyMap<string, TfTensor>;
type Parameters = ReadonlyMap<string, TfTensor>;

export class TrainingStep {
  private readonly joined: ReadonlyMap<LayerPlan, JoinedLayers>;

  constructor(
    private readonly tf: TensorFlow,
    private readonly plan: StepPlan,
  ) {
    this.joined = joinEnlargements(tf, plan.network.layers);
  }

  /**
   * @param stored what it changes, one for each of the plan's slots
   * @param inputs by `inputNames`
   * @returns [batch], each image's loss before the update, to be disposed of by the caller
   */
  run(stored: readonly StoredTensor[], inputs: Inputs): TfTensor {
    const all = this.plan.slots.flatMap((slot, at) => {
      const tensor = stored[at];
      return tensor ? [{ ...slot, tensor }] : [];
    });
    const of = (role: Role) => all.filter((one) => one.role === role);
    const running = of('running').map((one) => ({ ...one, value: one.tensor.read() }));
    const before = new Map(running.flatMap(({ pack, value }) => unpacked(this.tf, pack, value)));
    const trained = of('weight').flatMap(({ pack, tensor }) => unpacked(this.tf, pack, tensor.read()));
    const { losses, gradients, statistics } = this.pass(before, trained, inputs);
    for (const { pack, tensor } of running) {
      tensor.assign(packed(this.tf, pack, (name) => statistics.get(name) ?? valueOf(before, name)));
    }
    this.tf.dispose([...statistics.values()]);
    const states = of('weight').map(({ pack, tensor: weight }) => {
      const moment = (role: Role) => of(role).find((one) => one.pack === pack)?.tensor ?? weight;
      return { pack, weight, firstMoment: moment('firstMoment'), secondMoment: moment('secondMoment') };
    });
    this.update(states, gradients, inputs);
    return losses;
  }

  /** There and back. */
  private pass(running: Parameters, trained: readonly (readonly [string, TfTensor])[], inputs: Inputs) {
    const { tf, joined } = this;
    const { network, settings } = this.plan;
    const { range } = network.spec.input;
    const statistics = new Map<string, TfTensor>();
    const divergences: TfTensor[] = [];
    const found: TfTensor[] = [];
    const klShare = (settings.klWeight ?? 1) / valueCount(network.input);
    const clean = channelsLast(tf, valueOf(inputs, inputNames.target));
    const shown = inputs.get(inputNames.image);
    const image = fromUnitRange(tf, shown === undefined ? clean : channelsLast(tf, shown), range);
    const asked = this.plan.pretext && this.asked(this.plan.pretext, inputs);
    const gradients = tf.grads((...values) => {
      const parameters = new Map(running);
      for (const [at, value] of values.entries()) parameters.set(trained[at]?.[0] ?? '', value);
      const pass = {
        ...{ training: true, image, joined, parameters, noise: (layer: string) => this.noise(inputs, layer) },
        measured: (name: string, value: TfTensor) => statistics.set(name, tf.keep(value)),
        diverges: (divergence: TfTensor) => divergences.push(divergence),
      };
      const output = runLayers(tf, pass, network.layers, image);
      const plain = lossesOf(tf, settings, range, output, clean);
      const losses = divergences.reduce((sum, divergence) => tf.add(sum, tf.mul(divergence, klShare)), plain);
      found.push(tf.keep(losses));
      // Equal losses: the earlier image first.
      const shares = placed(tf, valueOf(inputs, inputNames.shares), ascendingOrder(tf, losses));
      return tf.sum(tf.mul(asked ? tf.add(losses, asked(parameters)) : losses, shares));
    })(trained.map(([, value]) => value));
    const [losses] = found;
    if (losses === undefined) throw new Error('TensorFlow.js did not run what it was given.');
    return { losses, statistics, gradients: new Map(trained.map(([name], at) => [name, gradients[at]] as const)) };
  }

  /** Takes the encoder's first layers once more: batch statistics are this pass's own and leave no trace. */
  private asked(plan: PretextPlan, inputs: Inputs) {
    const { tf, joined } = this;
    const images = channelsLast(tf, valueOf(inputs, inputNames.asked));
    const image = fromUnitRange(tf, images, this.plan.network.spec.input.range);
    const noise = (layer: string) => this.noise(inputs, pretextPass + layer);
    return (parameters: Parameters): TfTensor => {
      const map = runLayers(tf, { training: true, image, joined, parameters, noise }, plan.layers, image);
      const answers = valueOf(inputs, inputNames.answers);
      return pretextLosses(tf, plan, map, answers, (name) => valueOf(parameters, name));
    };
  }

  private noise(inputs: Inputs, layer: string): TfTensor {
    return channelsLast(this.tf, valueOf(inputs, inputNames.noise(layer)));
  }

  private update(
    states: readonly (Optimized & { readonly pack: Pack })[],
    gradients: ReadonlyMap<string, TfTensor | undefined>,
    inputs: Inputs,
  ): void {
    const { tf } = this;
    const { optimizer, settings } = this.plan;
    const { weightDecay, gradientClip } = settings;
    const all = [...gradients.values()].filter((gradient) => gradient !== undefined);
    const scale = gradientClip === undefined ? undefined : clippingScale(tf, all, gradientClip);
    const numbers: TfTensor[] = [];
    for (let at = 0; inputs.has(inputNames.number(at)); at++) numbers.push(valueOf(inputs, inputNames.number(at)));
    const change = optimizer.update(tf, numbers, weightDecay);
    for (const { pack, ...state } of states) {
      const gradient = packed(tf, pack, (name) => valueOf(gradients, name));
      change(state, scale === undefined ? gradient : tf.mul(gradient, scale));
    }
  }
}
