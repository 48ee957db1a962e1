import type { TransformedBatch } from '../augmentation/index';

/** Where the batches of a training come from. Steps count from 0 over all epochs and are taken one after the other. */
export interface ImageFeed {
  /** So many batches at most can be made ready at once. */
  readonly mostSteps: number;
  /** Resolves when the batches of these steps can be taken without waiting. */
  ready(step: number, count: number): Promise<void>;
  /** Input and target [batch, channels, height, width], valid until the next call of either. */
  take(step: number): TransformedBatch;
  close(): Promise<void>;
}

/** In bytes: of the images that are handed to the trainer in one call, and of those that are made ahead. */
export const mostBytesAtOnce = 48 * 2 ** 20;

/** How many batches may be held in memory, one or more. */
export function batchesInMemory(bytesPerBatch: number): number {
  return Math.max(1, Math.floor(mostBytesAtOnce / bytesPerBatch));
}
