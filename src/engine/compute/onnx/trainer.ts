/** Training by running the step graph again and again; the state goes out of one run and into the next. */
import type * as ort from 'onnxruntime-node';
import type { DeviceName } from '../../../shared/settings';
import { checkNetwork } from '../../model/shapes';
import { labelCount, planPretext, withHeads, withHeadWeights } from '../../model/pretext';
import type { NetworkSpec } from '../../model/spec';
import type { NamedTensors } from '../../model/tensors';
import type { OptimizerState, StepOptions, Trainer, TrainerOptions, TrainingBatch } from '../backend';
import { checkLoss } from '../loss-checks';
import type { Lowering } from './lowering';
import { planNoise, planPretextNoise } from '../network/noise';
import type { Moment } from '../optimizer-steps';
import { joinTensors, type Pack, type Packs, planPacks, splitTensors } from './parameter-packs';
import { Passage } from './passage';
import { floatsOf, floatTensor, keepsOnDevice, openSession } from './session';
import { StepFeed, type StepSettings } from './step-feed';
import { mostStepsInRun } from './steps-in-run';
import { buildTrainingGraph, nextState, stateNames, statesOf } from './training-graph';

export async function openTrainer(
  spec: NetworkSpec,
  options: TrainerOptions,
  device: DeviceName,
  lowering: Lowering,
): Promise<Trainer> {
  const plan = checkNetwork(spec);
  checkLoss(options.loss, spec);
  const pretext = planPretext(plan, options.pretext);
  const packs = planPacks(withHeads(plan, pretext), device === 'cpu' ? options.threads : undefined);
  // A scan would take the state out of a device's own memory.
  const inRuns = device === 'cpu';
  const model = buildTrainingGraph(plan, packs, { ...options, pretext, lowering, inRuns });
  const state = initialState(packs, { ...options, weights: withHeadWeights(options.weights, pretext) });
  const session = await openSession(model, {
    device,
    threads: options.threads,
    keptOutputs: [...state.keys()].map(nextState),
  });
  // Not all options: the weights that the state began with would stay in memory as long as the trainer.
  const { batchSize, weightDecay, optimizer = 'adamw', seed = 0, optimizerState } = options;
  const settings = { batchSize, weightDecay, optimizer, seed };
  const done = optimizerState?.step ?? 0;
  return new OnnxTrainer(
    session,
    new StepFeed(
      { image: plan.input, labels: pretext && labelCount(pretext) },
      [...planNoise(plan), ...(pretext ? planPretextNoise(pretext) : [])],
      settings,
      inRuns,
    ),
    packs,
    state,
    settings,
    device,
    done,
  );
}

type Feed = Readonly<Record<string, ort.Tensor>>;

class OnnxTrainer implements Trainer {
  readonly steps?: NonNullable<Trainer['steps']>;
  private readonly passage: Passage;
  private readonly mostAtOnce: number;

  constructor(
    private readonly session: ort.InferenceSession,
    private readonly feed: StepFeed,
    private readonly packs: Packs,
    private readonly state: Map<string, ort.Tensor>,
    private readonly settings: StepSettings,
    private readonly device: DeviceName,
    /** Steps that were done. */
    private stepCount: number,
  ) {
    this.passage = new Passage(device);
    const bytes = [...state.values()].reduce((sum, { size }) => sum + size * Float32Array.BYTES_PER_ELEMENT, 0);
    this.mostAtOnce = mostStepsInRun(bytes);
    if (feed.inRuns && this.mostAtOnce > 1) this.steps = (count, batchOf) => this.inRuns(count, batchOf);
  }

  async step(input: Float32Array, target: Float32Array, options: StepOptions): Promise<Float32Array> {
    const [losses] = await this.run(1, () => ({ input, target, ...options }));
    return losses ?? new Float32Array();
  }

  private async inRuns(count: number, batchOf: (step: number) => TrainingBatch): Promise<Float32Array[]> {
    const losses: Float32Array[] = [];
    while (losses.length < count) {
      const done = losses.length;
      losses.push(...(await this.run(Math.min(this.mostAtOnce, count - done), (step) => batchOf(done + step))));
    }
    return losses;
  }

  private async run(count: number, batchOf: (step: number) => TrainingBatch): Promise<Float32Array[]> {
    const { feed, sent } = await this.sendImages(this.feed.make(this.stepCount + 1, count, batchOf));
    const inputs = { ...Object.fromEntries(this.state), ...feed };
    // A scan reads the state that it is given in its first step and writes the one that it gives in its last. The two
    // may be the same memory, unless the first step is the last.
    const inPlace = count > 1;
    const room = [...this.state].map(([name, tensor]) => [nextState(name), inPlace ? tensor : null] as const);
    const outputs = await this.session
      .run(inputs, { losses: null, ...Object.fromEntries(room) })
      .finally(() => sent?.dispose());
    this.stepCount += count;
    if (!inPlace) this.advance(outputs);
    const losses = floatsOf(outputs['losses']);
    const size = this.settings.batchSize;
    return Array.from({ length: count }, (_, at) => losses.subarray(at * size, (at + 1) * size));
  }

  /** Images that two inputs take go to the device's memory once; there, `sent` is to be disposed of. */
  private async sendImages(feed: Feed): Promise<{ feed: Feed; sent?: ort.Tensor }> {
    const { input, target } = feed;
    if (input === undefined || input !== target || !keepsOnDevice(this.device)) return { feed };
    const sent = await this.passage.send(input);
    return { feed: { ...feed, input: sent, target: sent }, sent };
  }

  private advance(outputs: ort.InferenceSession.OnnxValueMapType): void {
    for (const [name, old] of this.state) {
      const next = outputs[nextState(name)];
      if (next === undefined) throw new Error(`The step gave no ${nextState(name)}.`);
      old.dispose();
      this.state.set(name, next);
    }
  }

  async weights(): Promise<NamedTensors> {
    const { trained, running } = this.packs;
    return this.collect(running === undefined ? trained : [...trained, running], stateNames.weight);
  }

  async optimizerState(): Promise<OptimizerState> {
    return {
      step: this.stepCount,
      firstMoments: await this.moments('firstMoment'),
      secondMoments: await this.moments('secondMoment'),
    };
  }

  /** Zeros where the optimizer keeps none. */
  private async moments(moment: Moment): Promise<NamedTensors> {
    if (statesOf(this.settings).includes(moment)) return this.collect(this.packs.trained, stateNames[moment]);
    const tensors = this.packs.trained.flatMap((pack) => splitTensors(pack, new Float32Array(pack.size)));
    return new Map(tensors);
  }

  async dispose(): Promise<void> {
    for (const tensor of this.state.values()) tensor.dispose();
    this.state.clear();
    await this.passage.dispose();
    await this.session.release();
  }

  private async collect(packs: readonly Pack[], nameOf: (pack: Pack) => string): Promise<NamedTensors> {
    const tensors = new Map<string, { shape: readonly number[]; data: Float32Array }>();
    for (const pack of packs) {
      const state = this.state.get(nameOf(pack));
      if (state === undefined) throw new Error('The trainer was disposed of.');
      const flat = await this.passage.fetch(state);
      for (const [name, tensor] of splitTensors(pack, flat)) tensors.set(name, tensor);
    }
    return tensors;
  }
}

function initialState(packs: Packs, options: TrainerOptions): Map<string, ort.Tensor> {
  const { weights, optimizerState } = options;
  const state = new Map<string, ort.Tensor>();
  const add = (name: string, pack: Pack, tensors: NamedTensors | undefined) => {
    const flat = tensors === undefined ? new Float32Array(pack.size) : joinTensors(pack, tensors);
    state.set(name, floatTensor(flat, pack.shape));
  };
  const given = {
    weight: weights,
    firstMoment: optimizerState?.firstMoments,
    secondMoment: optimizerState?.secondMoments,
  };
  for (const pack of packs.trained) {
    for (const part of statesOf(options)) add(stateNames[part](pack), pack, given[part]);
  }
  if (packs.running !== undefined) add(stateNames.weight(packs.running), packs.running, weights);
  return state;
}
