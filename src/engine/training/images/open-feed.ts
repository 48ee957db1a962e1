/** Chooses where a training's images are prepared. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { TensorCache } from '../../dataset/dataset';
import { BatchMaker, type BatchSettings } from './batch-maker';
import { batchesInMemory, type ImageFeed } from './image-feed';
import { ImagesAhead } from './images-ahead';
import { ImagesBetweenSteps } from './images-between-steps';
import type { TrainingPlan } from '../plan';

export interface FeedOptions {
  readonly images: TensorCache;
  readonly plan: TrainingPlan;
  readonly settings: BatchSettings['settings'];
  /** The thread that prepared images ahead died, and the training goes on without it. */
  readonly onLost: (reason: string) => Promise<void>;
}

/** Those of the longest call and the one that is lent. */
const mostBatchesAhead = 9;

/** The bundle of the thread lies beside the one that runs; `undefined` where the sources run by themselves. */
function workerBeside(): string | undefined {
  const file = path.join(__dirname, 'training-images.js');
  return existsSync(file) ? file : undefined;
}

/**
 * On a thread of its own, ahead of the training, whenever another thread can read the images and two batches fit in
 * memory; else between the steps. Close it when the training is over.
 * @param workerFile the bundle of worker.ts
 */
export function openImageFeed(
  { images, plan, settings, onLost }: FeedOptions,
  workerFile: string | undefined = workerBeside(),
): ImageFeed {
  const maker = new BatchMaker(images, { plan, settings });
  const valuesPerBatch = plan.batchSize * images.valuesPerImage;
  const arrays = settings.denoise === undefined ? 1 : 2;
  const batches = Math.min(mostBatchesAhead, batchesInMemory(arrays * valuesPerBatch * Float32Array.BYTES_PER_ELEMENT));
  if (workerFile === undefined || images.recipe === undefined || batches < 2) {
    return new ImagesBetweenSteps(maker, valuesPerBatch);
  }
  const { training, batchSize, stepsPerEpoch, epochs } = plan;
  const { augment, denoise, seed } = settings;
  return new ImagesAhead(new Worker(workerFile, { execArgv: [] }), {
    task: {
      images: images.recipe,
      plan: { training, batchSize, stepsPerEpoch },
      settings: { seed, ...(augment && { augment }), ...(denoise && { denoise }) },
    },
    batches,
    valuesPerBatch,
    totalSteps: epochs * stepsPerEpoch,
    maker,
    onLost,
  });
}
