import type { ScanSettings } from '../../../shared/settings';
import type { TensorCache } from '../../dataset/dataset';
import { PretextImages } from '../augmentation/pretext';
import { createTransform, type TrainingTransform, type TransformedBatch } from '../augmentation/index';
import type { PretextTask } from '../../model/pretext';
import type { TrainingPlan } from '../plan';
import { BatchOrder } from './batch-order';

export interface BatchSettings {
  readonly plan: Pick<TrainingPlan, 'training' | 'batchSize' | 'stepsPerEpoch'>;
  readonly settings: Pick<ScanSettings, 'augment' | 'denoise' | 'seed'>;
  /** What is asked of the images beside; absent: nothing. */
  readonly pretext?: readonly PretextTask[];
}

/** Makes the batch of a step. Whoever makes it, in whatever order and thread, it has the same bytes. */
export class BatchMaker {
  readonly #order: BatchOrder;
  readonly #transform: TrainingTransform | undefined;
  readonly #pretext: PretextImages | undefined;

  constructor(
    private readonly images: TensorCache,
    { plan, settings, pretext = [] }: BatchSettings,
  ) {
    this.#order = new BatchOrder(settings.seed, plan);
    this.#transform = createTransform(settings, images.shape, settings.seed, images.ignored);
    if (pretext.length > 0) this.#pretext = new PretextImages(pretext, images.shape, settings.seed, images.ignored);
  }

  /** Of a row of labels; undefined without pretext tasks. */
  get labelCount(): number | undefined {
    return this.#pretext?.labelCount;
  }

  /**
   * @param room [batch, channels, height, width]: the images are read into it, and stay there where nothing is done to them
   * @returns arrays in `room` or of the maker's own, valid until the next call
   */
  make(step: number, room: Float32Array): TransformedBatch {
    const indexes = this.#order.images(step);
    this.images.read(indexes, room);
    const epoch = this.#order.epochOf(step);
    const made = this.#transform?.apply(room, indexes.length, epoch, indexes) ?? { input: room, target: room };
    return this.#pretext ? { ...made, pretext: this.#pretext.make(made.target, epoch, indexes) } : made;
  }
}
