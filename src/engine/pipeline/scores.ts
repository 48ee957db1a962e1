/** The network's scores for every image, once it is trained (or was trained by an earlier run). */
import type { ScoreInfo } from '../../shared/run';
import type { MatrixMultiplier, NamedTensors, Scorer } from '../compute/backend';
import { applyNetworkScores, fitNetworkScores, type RawColumns } from '../scoring/network-scoring';
import type { ScoringTools } from '../scoring/score';
import { putColumns, type ScoredParts } from './columns';
import type { Part, ScanImages, TrainingImages } from './images';
import { evenSample } from './joined-cache';
import type { Stage } from './stage';

/** Statistics are fitted on at most so many training images: their features are held in memory. */
const largestSample = 4096;

export interface NetworkStage extends Stage {
  readonly scorer: Scorer;
  readonly multiplier: MatrixMultiplier;
}

export async function fitOnTraining(stage: NetworkStage, training: TrainingImages): Promise<NamedTensors> {
  const { images } = training;
  const indexes = evenSample(images.count, largestSample);
  return fitNetworkScores(
    { scorer: stage.scorer, images, indexes, signal: stage.signal },
    toolsOf(stage, images.shape),
  );
}

/**
 * @param calibrated what an earlier run found usual, when its model is applied here
 * @param others columns that were made without the network and belong to the same calibration
 */
export async function scoreByNetwork(
  stage: NetworkStage,
  images: ScanImages,
  statistics: NamedTensors,
  calibrated?: readonly ScoreInfo[],
  others?: ScoredParts,
): Promise<{ imagesPerSecond: number }> {
  const tools = toolsOf(stage, images.scored.cache.shape);
  const apply = (part: Part, indexes: Uint32Array, onProgress?: (done: number) => void) =>
    applyNetworkScores(
      { scorer: stage.scorer, images: part.cache, indexes, signal: stage.signal, ...(onProgress && { onProgress }) },
      statistics,
      tools,
    );
  const started = performance.now();
  const rate = (done: number) => (1000 * done) / Math.max(1, performance.now() - started);
  const total = images.scored.readable.length;
  const scored = await apply(images.scored, images.scored.readable, (done) => {
    const imagesPerSecond = rate(done);
    stage.report('scoring', { done, total, imagesPerSecond, secondsLeft: (total - done) / imagesPerSecond });
  });
  const imagesPerSecond = rate(total);
  const usual = images.trainOn && (await columnsOf(images.trainOn, apply, largestSample));
  const known = images.known && (await columnsOf(images.known, apply, Infinity));
  const merge = (own: RawColumns, other?: RawColumns): RawColumns => new Map([...own, ...(other ?? [])]);
  await putColumns(
    stage.state,
    images,
    {
      scored: merge(scored.columns, others?.scored),
      ...(usual && { usual: merge(usual, others?.usual) }),
      ...(known && { known: merge(known, others?.known) }),
    },
    calibrated,
  );
  await stage.run.update({ errorScale: scored.errorScale });
  return { imagesPerSecond };
}

async function columnsOf(
  part: Part,
  apply: (part: Part, indexes: Uint32Array) => Promise<{ columns: RawColumns }>,
  limit: number,
): Promise<RawColumns> {
  const places = evenSample(part.readable.length, limit).map((place) => part.readable[place] ?? 0);
  return (await apply(part, places)).columns;
}

function toolsOf({ multiplier }: NetworkStage, shape: ScoringTools['shape']): ScoringTools {
  return { multiplier, shape };
}
