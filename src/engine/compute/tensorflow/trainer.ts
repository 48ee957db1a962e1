/** Training: a step is written down once, and then run by the library as a whole. */
import { setImmediate } from 'node:timers/promises';
import { isTrained, type NetworkPlan } from '../../model/plan';
import { planPretext, type PretextPlan, withHeads, withHeadWeights } from '../../model/pretext';
import { checkNetwork } from '../../model/shapes';
import type { NetworkSpec } from '../../model/spec';
import type { NamedTensors, Tensor } from '../../model/tensors';
import type { OptimizerState, StepOptions, Trainer, TrainerOptions } from '../backend';
import { checkLoss } from '../loss-checks';
import type { Moment } from '../optimizer-steps';
import type { TensorFlow, TfTensor } from './api';
import { record } from './graph/recording';
import { GraphSession } from './graph/session';
import { givenTensor } from './layout';
import { optimizers } from './optimizers';
import { copies, zeros } from './packed-parameters';
import { StepInputs } from './step-inputs';
import { StoredTensor } from './stored';
import { givenValues, planSlots, type Role, type Slot } from './trained-state';
import { TrainingStep } from './training-step';

/** @throws UserError `settings-invalid` when the loss does not fit the network, `model-invalid` when the weights do not */
export function openTrainer(tf: TensorFlow, spec: NetworkSpec, options: TrainerOptions): Trainer {
  const plan = checkNetwork(spec);
  checkLoss(options.loss, spec);
  const pretext = planPretext(plan, options.pretext);
  const weights = withHeadWeights(options.weights, pretext);
  return new TensorFlowTrainer(tf, withHeads(plan, pretext), pretext, { ...options, weights });
}

/** Where weights and moments are: by themselves before the first step, then with what changes them. */
type State =
  | { readonly values: readonly TfTensor[] }
  | {
      readonly session: GraphSession;
      /** What it is given, by name: steps that are given something else are other work. */
      readonly inputs: string;
    };

class TensorFlowTrainer implements Trainer {
  private readonly slots: readonly Slot[];
  private readonly inputs: StepInputs;
  private readonly work: TrainingStep;
  private state: State;
  private stepCount: number;

  constructor(
    private readonly tf: TensorFlow,
    /** The heads' parameters among its own. */
    private readonly plan: NetworkPlan,
    pretext: PretextPlan | undefined,
    /** Those that training began with would stay in memory as long as the trainer: they are not kept. */
    { weights, optimizerState, threads: _threads, ...settings }: TrainerOptions,
  ) {
    const optimizer = optimizers[settings.optimizer ?? 'adamw'];
    this.slots = planSlots(plan, optimizer.moments);
    this.inputs = new StepInputs(plan, pretext, optimizer, settings);
    this.work = new TrainingStep(tf, { network: plan, pretext, optimizer, settings, slots: this.slots });
    this.state = { values: givenValues(tf, this.slots, weights, optimizerState) };
    this.stepCount = optimizerState?.step ?? 0;
  }

  async step(input: Float32Array, target: Float32Array, options: StepOptions): Promise<Float32Array> {
    // TensorFlow computes on this very thread: messages that came in meanwhile are answered between steps.
    await setImmediate();
    const step = this.stepCount + 1;
    const { tf } = this;
    const given = this.inputs.of({ input, target, ...options }, step);
    const found: Float32Array[] = [];
    tf.tidy(() => {
      const inputs = new Map(
        [...given].map(([name, { shape, values }]) => [name, tf.tensor(values, shape, 'float32')]),
      );
      const [losses] = this.session(inputs).run([...inputs.values()]);
      if (losses !== undefined) found.push(losses.dataSync().slice());
    });
    this.stepCount = step;
    return found[0] ?? new Float32Array();
  }

  weights(): Promise<NamedTensors> {
    const values = new Map([...this.copies('weight'), ...this.copies('running')]);
    // In the network's order.
    return Promise.resolve(
      new Map(this.plan.parameters.map((parameter) => [parameter.name, givenTensor(values, parameter)])),
    );
  }

  optimizerState(): Promise<OptimizerState> {
    const state = {
      step: this.stepCount,
      firstMoments: this.moments('firstMoment'),
      secondMoments: this.moments('secondMoment'),
    };
    return Promise.resolve(state);
  }

  dispose(): Promise<void> {
    const { state } = this;
    if ('session' in state) state.session.dispose();
    else this.tf.dispose(state.values);
    this.state = { values: [] };
    return Promise.resolve();
  }

  /** Written down when it is first asked for; within `tidy`. */
  private session(inputs: ReadonlyMap<string, TfTensor>): GraphSession {
    const { tf, state } = this;
    const kind = [...inputs.keys()].join();
    if ('session' in state && state.inputs === kind) return state.session;
    const values = 'session' in state ? state.session.values([...this.slots.keys()]) : state.values;
    const variables = values.map((value) => new StoredTensor(tf, value));
    const losses: TfTensor[] = [];
    try {
      const recording = record(tf, { inputs: [...inputs.values()], variables }, () => {
        losses.push(this.work.run(variables, inputs));
        return losses;
      });
      const session = GraphSession.open(tf, recording, values);
      if ('session' in state) state.session.dispose();
      tf.dispose(values);
      this.state = { session, inputs: kind };
      return session;
    } finally {
      tf.dispose(losses);
      for (const variable of variables) variable.dispose();
    }
  }

  private copies(role: Role): NamedTensors {
    const { tf, slots, state } = this;
    const places = [...slots.keys()].filter((at) => slots[at]?.role === role);
    const copied = new Map<string, Tensor>();
    tf.tidy(() => {
      const values = 'session' in state ? state.session.values(places) : places.map((at) => state.values[at]);
      for (const [at, place] of places.entries()) {
        const value = values[at];
        const pack = slots[place]?.pack;
        if (value && pack) for (const [name, tensor] of copies(tf, pack, value)) copied.set(name, tensor);
      }
    });
    return copied;
  }

  /** Zeros where the optimizer keeps none. */
  private moments(moment: Moment): NamedTensors {
    const values = this.copies(moment);
    const trained = this.plan.parameters.filter(isTrained);
    return new Map(trained.map((parameter) => [parameter.name, values.get(parameter.name) ?? zeros(parameter)]));
  }
}
