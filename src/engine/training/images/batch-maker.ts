import type { ScanSettings } from '../../../shared/settings';
import type { TensorCache } from '../../dataset/dataset';
import { createTransform, type TrainingTransform, type TransformedBatch } from '../augmentation/index';
import type { TrainingPlan } from '../plan';
import { BatchOrder } from './batch-order';

export interface BatchSettings {
  readonly plan: Pick<TrainingPlan, 'training' | 'batchSize' | 'stepsPerEpoch'>;
  readonly settings: Pick<ScanSettings, 'augment' | 'denoise' | 'seed'>;
}

/** Makes the batch of a step. Whoever makes it, in whatever order and thread, it has the same bytes. */
export class BatchMaker {
  readonly #order: BatchOrder;
  readonly #transform: TrainingTransform | undefined;

  constructor(
    private readonly images: TensorCache,
    { plan, settings }: BatchSettings,
  ) {
    this.#order = new BatchOrder(settings.seed, plan);
    this.#transform = createTransform(settings, images.shape, settings.seed, images.ignored);
  }

  /**
   * @param room [batch, channels, height, width]: the images are read into it, and stay there where nothing is done to them
   * @returns arrays in `room` or of the maker's own, valid until the next call
   */
  make(step: number, room: Float32Array): TransformedBatch {
    const indexes = this.#order.images(step);
    this.images.read(indexes, room);
    const epoch = this.#order.epochOf(step);
    return this.#transform?.apply(room, indexes.length, epoch, indexes) ?? { input: room, target: room };
  }
}
