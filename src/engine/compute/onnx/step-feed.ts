/** What the step graph is fed beside its state: batches, the optimizer's numbers, noise; of one step or of several. */
import * as ort from 'onnxruntime-node';
import type { FeatureShape } from '../../model/spec';
import { valueCount } from '../../model/plan';
import type { TrainerOptions, TrainingBatch } from '../backend';
import { joinFloats } from '../float-arrays';
import { drawNoise, type NoisePlan } from '../network/noise';
import { optimizers } from './optimizers';
import { floatTensor } from './session';
import { noiseInput } from './training-graph';

export type StepSettings = Required<Pick<TrainerOptions, 'batchSize' | 'weightDecay' | 'optimizer' | 'seed'>>;

export interface FedShapes {
  readonly image: FeatureShape;
  /** How long a row of the pretext tasks' labels is; undefined without such tasks. */
  readonly labels: number | undefined;
}

export class StepFeed {
  private readonly inputs = new ReusedArray();
  private readonly targets = new ReusedArray();
  private readonly asked = new ReusedArray();
  private readonly imageShape: readonly number[];

  /** @param inRuns whether every tensor has the number of steps in front (see buildTrainingGraph) */
  constructor(
    private readonly shapes: FedShapes,
    private readonly noise: readonly NoisePlan[],
    private readonly settings: StepSettings,
    readonly inRuns: boolean,
  ) {
    this.imageShape = [settings.batchSize, ...shapes.image];
  }

  /**
   * Valid until the next call.
   * @param firstStep of the trainer's life, from 1
   * @param batchOf the batch of each of `count` steps, from 0; copied where there are several
   */
  make(firstStep: number, count: number, batchOf: (step: number) => TrainingBatch): Record<string, ort.Tensor> {
    const { batchSize, optimizer, weightDecay, seed } = this.settings;
    const keep = new BigInt64Array(count);
    const numbers = new Map<string, Float32Array>();
    const images = new StackedImages(count, valueCount(this.imageShape), this.inputs, this.targets);
    const asked = this.stackedPretext(count);
    for (let at = 0; at < count; at++) {
      const batch = batchOf(at);
      images.add(at, batch);
      asked?.add(at, batch);
      keep[at] = BigInt(batch.keep);
      const { learningRate, momentum } = batch;
      const ofStep = optimizers[optimizer].numbers({ step: firstStep + at, learningRate, weightDecay, momentum });
      for (const [name, value] of Object.entries(ofStep)) {
        const values = numbers.get(name) ?? new Float32Array(count);
        values[at] = value;
        numbers.set(name, values);
      }
    }
    const noise = this.noise.map((plan) => {
      const drawn = Array.from({ length: count }, (_, at) => drawNoise(plan, batchSize, seed, firstStep + at));
      return [noiseInput(plan), this.tensor(joinFloats(drawn), count, [batchSize, ...plan.shape])] as const;
    });
    const { input, target } = images;
    const inputTensor = this.tensor(input, count, this.imageShape);
    return {
      input: inputTensor,
      target: target === input ? inputTensor : this.tensor(target, count, this.imageShape),
      keep: new ort.Tensor('int64', keep, this.inRuns ? [count, 1] : [1]),
      ...Object.fromEntries([...numbers].map(([name, values]) => [name, this.tensor(values, count, [])])),
      ...Object.fromEntries(noise),
      ...(asked && {
        'pretext images': this.tensor(asked.images, count, this.imageShape),
        'pretext labels': this.tensor(asked.labels, count, [batchSize, this.shapes.labels ?? 0]),
      }),
    };
  }

  private stackedPretext(count: number): StackedPretext | undefined {
    if (this.shapes.labels === undefined) return undefined;
    const labels = new Float32Array(count * this.settings.batchSize * this.shapes.labels);
    return new StackedPretext(this.asked.take(count * valueCount(this.imageShape)), labels, count);
  }

  private tensor(data: Float32Array, count: number, shape: readonly number[]): ort.Tensor {
    return floatTensor(data, this.inRuns ? [count, ...shape] : shape);
  }
}

/** The images of several steps one after the other; of a single step, the arrays as they were given. */
class StackedImages {
  input: Float32Array = new Float32Array();
  /** The same array as `input` where the two never differed. */
  target: Float32Array = new Float32Array();

  constructor(
    private readonly count: number,
    private readonly size: number,
    private readonly inputs: ReusedArray,
    private readonly targets: ReusedArray,
  ) {}

  add(at: number, { input, target }: TrainingBatch): void {
    if (this.count === 1) {
      [this.input, this.target] = [input, target];
      return;
    }
    const length = this.count * this.size;
    if (at === 0) this.input = this.target = this.inputs.take(length);
    if (target !== input && this.target === this.input) {
      this.target = this.targets.take(length);
      this.target.set(this.input.subarray(0, at * this.size));
    }
    this.input.set(input, at * this.size);
    if (this.target !== this.input) this.target.set(target, at * this.size);
  }
}

/** The pretext tasks' images of several steps, one after the other, and their labels. */
class StackedPretext {
  constructor(
    readonly images: Float32Array,
    readonly labels: Float32Array,
    private readonly count: number,
  ) {}

  add(at: number, { pretext }: TrainingBatch): void {
    if (!pretext) throw new Error('A step with pretext tasks was given no images for them.');
    this.images.set(pretext.images, (at * this.images.length) / this.count);
    this.labels.set(pretext.labels, (at * this.labels.length) / this.count);
  }
}

/** Runs are of like length: the memory of the longest serves all. */
class ReusedArray {
  private memory = new Float32Array();

  take(length: number): Float32Array {
    if (this.memory.length < length) this.memory = new Float32Array(length);
    return this.memory.subarray(0, length);
  }
}
