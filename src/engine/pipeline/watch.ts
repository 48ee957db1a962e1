/** Looks at images with an epoch's weights while training goes on: the validation loss, and the ranking of everything. */
import { quantile } from '../../shared/statistics';
import type { NamedTensors, Scorer } from '../compute/backend';
import type { TensorCache } from '../dataset/dataset';
import type { NetworkSpec } from '../model/spec';
import type { Observation } from '../training/loop';
import { imageLosses, type ImageLossOptions } from '../training/loss';
import { separation } from '../training/separation';
import type { Compute } from './compute';
import type { ScanImages } from './images';
import { scoringBatch, threadsOf } from './capacity';
import { reconstructionsOf } from './reconstructions';
import type { Stage } from './stage';

/** The worst of the images held out may be anomalies; the mean of the others says when to stop. */
const watchedShare = 0.95;
/** Small beside the trainer, which holds its memory meanwhile. */
const largestBatch = 32;

/** Images that watch the training and are not trained on. */
export interface WatchedImages {
  readonly cache: TensorCache;
  readonly indexes: Uint32Array;
  /** Whether anomalies may be among them: not when the user chose them to watch. */
  readonly isMixed: boolean;
}

export class Watch {
  readonly #loss: ImageLossOptions;

  constructor(
    private readonly stage: Stage,
    private readonly compute: Compute,
    private readonly spec: NetworkSpec,
    private readonly images: ScanImages,
    private readonly watched: WatchedImages,
  ) {
    const { loss, focal } = stage.run.record.request.settings;
    const { channels, height, width, range } = spec.input;
    this.#loss = { loss, shape: [channels, height, width], ...(focal && { focal }), ...(range && { range }) };
  }

  /** Ranks, when told to, every readable scored image by its loss and keeps that as the epoch's column. */
  async look(weights: NamedTensors, epoch: number, isRanked: boolean): Promise<Observation> {
    const { cache, indexes, isMixed } = this.watched;
    if (indexes.length === 0 && !isRanked) return {};
    const scorer = await this.compute.openWatchingScorer(this.spec, {
      batchSize: Math.min(largestBatch, scoringBatch(cache.valuesPerImage)),
      threads: threadsOf(this.stage.run.record),
      weights,
      features: false,
    });
    try {
      const isTrimmed = isMixed && this.stage.run.record.request.settings.trimFraction > 0;
      const validation = await this.#losses(scorer, cache, indexes);
      const scoredSeparation = isRanked ? await this.#rank(scorer, epoch) : undefined;
      return {
        ...(indexes.length > 0 && { validationLoss: meanOf(validation, isTrimmed ? watchedShare : 1) }),
        ...(scoredSeparation !== undefined && { scoredSeparation }),
      };
    } finally {
      await scorer.dispose();
    }
  }

  async #rank(scorer: Scorer, epoch: number): Promise<number> {
    const { cache, readable, manifest } = this.images.scored;
    const losses = await this.#losses(scorer, cache, readable);
    const column = new Float32Array(manifest.length).fill(NaN);
    readable.forEach((place, row) => {
      column[place] = losses[row] ?? NaN;
    });
    await this.stage.run.writeEpochScores(epoch, column);
    return separation(losses);
  }

  /** In the order of `indexes`. */
  async #losses(scorer: Scorer, cache: TensorCache, indexes: Uint32Array): Promise<Float32Array> {
    const losses = new Float32Array(indexes.length);
    for await (const batch of reconstructionsOf(scorer, cache, indexes, this.stage.signal)) {
      losses.set(imageLosses(this.#loss, batch.input, batch.reconstruction, batch.count), batch.start);
    }
    return losses;
  }
}

/** The mean over the lowest `share` of the losses. */
function meanOf(losses: Float32Array, share: number): number {
  const limit = share < 1 ? quantile(losses, share) : Infinity;
  // Written this way a loss that is not a number stays in, and is found out.
  const watched = losses.filter((loss) => !(loss > limit));
  return watched.reduce((sum, loss) => sum + loss, 0) / Math.max(1, watched.length);
}
