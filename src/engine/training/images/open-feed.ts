/** Chooses where a training's images are prepared. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { TensorCache } from '../../dataset/dataset';
import type { PretextTask } from '../../model/pretext';
import { BatchMaker, type BatchSettings } from './batch-maker';
import { batchesInMemory, mostBytesAtOnce, type ImageFeed } from './image-feed';
import { ImagesAhead } from './images-ahead';
import { ImagesBetweenSteps } from './images-between-steps';
import type { TrainingPlan } from '../plan';

export interface FeedOptions {
  readonly images: TensorCache;
  readonly plan: TrainingPlan;
  readonly settings: BatchSettings['settings'];
  readonly pretext?: readonly PretextTask[];
  /** The thread that prepared images ahead died, and the training goes on without it. */
  readonly onLost: (reason: string) => Promise<void>;
}

/** Those of the longest call and the one that is lent. */
const mostBatchesAhead = 9;

/** The bundle of the thread lies beside the one that runs; `undefined` where the sources run by themselves. */
function startBeside(): Worker | undefined {
  const file = path.join(__dirname, 'training-images.js');
  return existsSync(file) ? new Worker(file, { execArgv: [] }) : undefined;
}

/**
 * On a thread of its own, ahead of the training, whenever another thread can read the images and a batch is not too
 * large; else between the steps. Close it when the training is over.
 * @param start a thread that runs worker.ts
 */
export function openImageFeed(
  { images, plan, settings, pretext = [], onLost }: FeedOptions,
  start: () => Worker | undefined = startBeside,
): ImageFeed {
  const maker = new BatchMaker(images, { plan, settings, pretext });
  const valuesPerBatch = plan.batchSize * images.valuesPerImage;
  const isCorrupted = (settings.denoise?.probability ?? 0) > 0;
  const { labelCount } = maker;
  const arrays = 1 + (isCorrupted ? 1 : 0) + (labelCount === undefined ? 0 : 1);
  const batchBytes = arrays * valuesPerBatch * Float32Array.BYTES_PER_ELEMENT;
  const { recipe } = images;
  const thread = recipe === undefined || batchBytes > mostBytesAtOnce ? undefined : start();
  if (thread === undefined || recipe === undefined) return new ImagesBetweenSteps(maker, valuesPerBatch);
  const { training, batchSize, stepsPerEpoch, epochs } = plan;
  const { augment, denoise, seed } = settings;
  return new ImagesAhead(thread, {
    task: {
      images: recipe,
      plan: { training, batchSize, stepsPerEpoch },
      settings: { seed, ...(augment && { augment }), ...(isCorrupted && denoise && { denoise }) },
      pretext,
    },
    batches: Math.min(mostBatchesAhead, Math.max(2, batchesInMemory(batchBytes))),
    valuesPerBatch,
    labelsPerBatch: labelCount && labelCount * plan.batchSize,
    totalSteps: epochs * stepsPerEpoch,
    maker,
    onLost,
  });
}
