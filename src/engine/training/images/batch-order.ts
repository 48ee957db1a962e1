import { permutation, randomStream } from '../../../shared/random';
import type { TrainingPlan } from '../plan';

/** Which images a step takes: what is trained on, shuffled anew in each epoch. Steps count from 0 over all epochs. */
export class BatchOrder {
  #epoch = 0;
  #order: Uint32Array = new Uint32Array();

  constructor(
    private readonly seed: number,
    private readonly plan: Pick<TrainingPlan, 'training' | 'batchSize' | 'stepsPerEpoch'>,
  ) {}

  /** From 1. */
  epochOf(step: number): number {
    return Math.floor(step / this.plan.stepsPerEpoch) + 1;
  }

  /** Places in the training part: [batch] */
  places(step: number): Uint32Array {
    const { training, batchSize, stepsPerEpoch } = this.plan;
    const epoch = this.epochOf(step);
    if (epoch !== this.#epoch) {
      this.#order = permutation(training.length, randomStream(this.seed, `epoch ${epoch}`));
      this.#epoch = epoch;
    }
    const start = (step % stepsPerEpoch) * batchSize;
    return this.#order.subarray(start, start + batchSize);
  }

  /** Indexes of the images: [batch] */
  images(step: number): Uint32Array {
    return this.places(step).map((place) => this.plan.training[place] ?? 0);
  }
}
