import type { TransformedBatch } from '../augmentation/index';
import type { BatchMaker } from './batch-maker';
import { batchesInMemory, type ImageFeed } from './image-feed';

/** Makes each batch when it is taken, in the thread that takes it. */
export class ImagesBetweenSteps implements ImageFeed {
  readonly mostSteps: number;
  readonly #room: Float32Array;

  /** @param valuesPerBatch batch × channels × height × width */
  constructor(
    private readonly maker: BatchMaker,
    valuesPerBatch: number,
  ) {
    this.#room = new Float32Array(valuesPerBatch);
    this.mostSteps = batchesInMemory(this.#room.byteLength);
  }

  ready(): Promise<void> {
    return Promise.resolve();
  }

  take(step: number): TransformedBatch {
    return this.maker.make(step, this.#room);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
