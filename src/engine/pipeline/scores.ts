/** The network's scores for every image, once it is trained (or was trained by an earlier run). */
import { evenSample } from '../../shared/even-sample';
import { defaultSettings } from '../../shared/settings';
import type { ScoreInfo } from '../../shared/run';
import type { MatrixMultiplier, NamedTensors, Scorer } from '../compute/backend';
import { withSteadyRows } from '../compute/steady-multiplier';
import { writeMatrix } from '../runs/matrix-file';
import { applyNetworkScores, fitNetworkScores, type ApplyOptions, type RawColumns } from '../scoring/network-scoring';
import type { ScoringTools } from '../scoring/score';
import { imageFeatures } from '../scoring/teaching/image-features';
import { putColumns, type ScoredParts } from './columns';
import { writeErrors } from './shards';
import { isTrainedOnOthers, type Part, type ScanImages, type TrainingImages } from './images';
import type { Stage } from './stage';

/** Statistics are fitted on a sample of the training images whose features are held in memory: 12 MB of them. */
export const largestSampleValues = 3_000_000;
export const largestSample = 4096;

function sampleSize({ scorer, backbone }: Pick<NetworkStage, 'scorer' | 'backbone'>): number {
  const { encoder, decoder, rebuilt } = scorer.featureSizes;
  const largest = Math.max(1, encoder, decoder, rebuilt, backbone?.featureSize ?? 0);
  return Math.min(largestSample, Math.floor(largestSampleValues / largest));
}

/** Who has training leave out more says that more of the images are odd. */
const usualOddShare = defaultSettings.trimFraction;

export interface NetworkStage extends Stage {
  readonly scorer: Scorer;
  readonly multiplier: MatrixMultiplier;
}

export async function fitOnTraining(stage: NetworkStage, training: TrainingImages): Promise<NamedTensors> {
  const { images } = training;
  const indexes = evenSample(images.count, sampleSize(stage));
  const { trimFraction } = stage.run.record.request.settings;
  return fitNetworkScores(
    { scorer: stage.scorer, backbone: stage.backbone, images, indexes, signal: stage.signal },
    { ...toolsOf(stage, images.shape), ...(trimFraction > usualOddShare && { oddShare: trimFraction }) },
  );
}

export interface NetworkScoring {
  readonly statistics: NamedTensors;
  /** What the statistics were fitted on, when that was in this run. */
  readonly training?: TrainingImages;
  /** What an earlier run found usual, when its model is applied here. */
  readonly calibrated?: readonly ScoreInfo[];
  /** Columns that were made without the network and belong to the same calibration. */
  readonly others?: ScoredParts;
}

export async function scoreByNetwork(
  stage: NetworkStage,
  images: ScanImages,
  { statistics, training, calibrated, others }: NetworkScoring,
): Promise<{ imagesPerSecond: number }> {
  const { scorer, backbone, signal } = stage;
  // An image's scores are the same whichever images are scored beside it.
  const multiplier = withSteadyRows(stage.multiplier, scorer.batchSize);
  const tools = toolsOf({ multiplier }, images.scored.cache.shape);
  const sampleRowsOf = sampleRowLookup(training, sampleSize(stage));
  const apply = (
    part: Part,
    limit: number,
    { onProgress, ...listeners }: Pick<ApplyOptions, 'onProgress' | 'onCodes' | 'onFeatures'> = {},
  ) => {
    const positions = evenSample(part.readable.length, limit);
    const indexes = positions.map((position) => part.readable[position] ?? 0);
    const sampleRows = sampleRowsOf(part, indexes);
    const pass = {
      scorer,
      backbone,
      images: part.cache,
      indexes,
      sampleRows,
      signal,
      ...(onProgress && { onProgress }),
    };
    return applyNetworkScores({ ...pass, ...listeners }, statistics, tools);
  };
  const started = performance.now();
  const rate = (done: number) => (1000 * done) / Math.max(1, performance.now() - started);
  const total = images.scored.readable.length;
  const onProgress = (done: number) => {
    const imagesPerSecond = rate(done);
    stage.report('scoring', { done, total, imagesPerSecond, secondsLeft: (total - done) / imagesPerSecond });
  };
  const { manifest } = images.scored;
  const { latentsFile, featuresFile } = stage.run;
  const { columns } = imageFeatures(statistics, tools);
  const scored = await writeMatrix(latentsFile, manifest.length, scorer.latentSize, (onCodes) =>
    writeMatrix(featuresFile, manifest.length, columns, (onFeatures) =>
      apply(images.scored, Infinity, { onProgress, onCodes, onFeatures }),
    ),
  );
  const imagesPerSecond = rate(total);
  const usual = images.trainOn && (await apply(images.trainOn, largestSample));
  const known = images.known && (await apply(images.known, Infinity));
  const heldOut = images.validation && (await apply(images.validation, largestSample));
  const merge = (own: RawColumns, other?: RawColumns): RawColumns => new Map([...own, ...(other ?? [])]);
  await putColumns(
    stage.state,
    images,
    {
      scored: merge(scored.columns, others?.scored),
      ...(usual && { usual: merge(usual.columns, others?.usual) }),
      ...(training && { trainedOnUsual: isTrainedOnOthers(training, images) }),
      ...(known && { known: merge(known.columns, others?.known) }),
      ...(heldOut && { heldOut: merge(heldOut.columns, others?.heldOut) }),
    },
    calibrated,
  );
  const { ignored, valuesPerImage } = images.scored.cache;
  await stage.run.update({ errorScale: scored.errors.scale(1 - (ignored?.places.length ?? 0) / valuesPerImage) });
  if (stage.run.record.shard) await writeErrors(stage.run, scored.errors);
  return { imagesPerSecond };
}

/** For places in a part, the smallest first: their rows in the sample that {@link fitOnTraining} takes. */
function sampleRowLookup(
  training: TrainingImages | undefined,
  size: number,
): (part: Part, places: Uint32Array) => Int32Array {
  const sample = training ? evenSample(training.images.count, size) : new Uint32Array();
  const rows = new Map(Array.from(sample, (index, row) => [index, row]));
  return (part, places) =>
    training?.rowsOf(part, places).map((row) => rows.get(row) ?? -1) ?? new Int32Array(places.length).fill(-1);
}

function toolsOf({ multiplier }: Pick<NetworkStage, 'multiplier'>, shape: ScoringTools['shape']): ScoringTools {
  return { multiplier, shape };
}
