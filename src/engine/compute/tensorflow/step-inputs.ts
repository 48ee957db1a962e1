/** What a training step is given: the batch, what is drawn, and the numbers of its time. */
import type { NetworkPlan } from '../../model/plan';
import { labelCount, type PretextPlan } from '../../model/pretext';
import type { StepOptions, TrainingBatch } from '../backend';
import { drawNoise, type NoisePlan, planNoise, planPretextNoise } from '../network/noise';
import type { StepNumbers } from '../optimizer-steps';
import type { Optimizer } from './optimizers';

/** What the names of inputs are. Noise goes by its layer's name, numbers of the optimizer by their place. */
export const inputNames = {
  target: 'target',
  /** Absent where the network is shown the target. */
  image: 'image',
  /** [batch], of the gradient: by rank, the image with the lowest loss first. */
  shares: 'shares',
  asked: 'asked images',
  answers: 'asked answers',
  noise: (layer: string) => `noise ${layer}`,
  number: (at: number) => `number ${String(at)}`,
};

interface StepInput {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

export class StepInputs {
  private readonly noise: readonly NoisePlan[];

  constructor(
    private readonly plan: NetworkPlan,
    private readonly pretext: PretextPlan | undefined,
    private readonly optimizer: Optimizer,
    private readonly settings: {
      readonly batchSize: number;
      readonly weightDecay: number;
      readonly seed?: number;
    },
  ) {
    this.noise = [...planNoise(plan), ...(pretext ? planPretextNoise(pretext) : [])];
  }

  /** In the same order for every step of its kind. @param step counted from 1 */
  of({ input, target, ...options }: TrainingBatch, step: number): ReadonlyMap<string, StepInput> {
    const { batchSize, weightDecay, seed = 0 } = this.settings;
    const images = (values: Float32Array) => ({ shape: [batchSize, ...this.plan.input], values });
    const { learningRate, momentum, keep } = options;
    const numbers: StepNumbers = { step, learningRate, weightDecay, momentum };
    return new Map<string, StepInput>([
      [inputNames.target, images(target)],
      ...(input === target ? [] : [[inputNames.image, images(input)] as const]),
      [inputNames.shares, { shape: [batchSize], values: shares(batchSize, keep) }],
      ...this.asked(options),
      ...this.noise.map((one) => {
        const values = drawNoise(one, batchSize, seed, step);
        return [inputNames.noise(one.layer), { shape: [batchSize, ...one.shape], values }] as const;
      }),
      ...this.optimizer.numbers(numbers).map((value, at) => {
        return [inputNames.number(at), { shape: [], values: Float32Array.of(value) }] as const;
      }),
    ]);
  }

  private asked({ pretext }: StepOptions): (readonly [string, StepInput])[] {
    if (!this.pretext) return [];
    if (!pretext) throw new Error('A step with pretext tasks was given no images for them.');
    const { batchSize } = this.settings;
    return [
      [inputNames.asked, { shape: [batchSize, ...this.plan.input], values: pretext.images }],
      [inputNames.answers, { shape: [batchSize, labelCount(this.pretext)], values: pretext.labels }],
    ];
  }
}

/** 1 / keep for the first `keep`, else 0. */
function shares(count: number, keep: number): Float32Array {
  return Float32Array.from({ length: count }, (_, rank) => (rank < keep ? 1 / keep : 0));
}
