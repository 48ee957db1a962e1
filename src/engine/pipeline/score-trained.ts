/** What a trained network makes of the images of a run: statistics, every score, and the model as a file. */
import type { MatrixMultiplier, NamedTensors, Scorer } from '../compute/backend';
import type { TrialPlan } from '../compute/trial';
import type { NetworkSpec } from '../model/spec';
import { joinGroups } from '../scoring/statistics-tensors';
import type { Baseline } from './baseline';
import { noteCollapse } from './collapse-check';
import type { Compute } from './compute';
import { scoringBatch, threadsOf } from './capacity';
import type { ScanImages } from './images';
import type { TrainedModel } from './model-files';
import { fitOnTraining, scoreByNetwork } from './scores';
import type { Stage } from './stage';

/** Of the statistics of a run's model. */
export const pcaGroup = 'pca';
export const networkGroup = 'network';

/** Fits the statistics to the images trained on and scores everything; all of it is in the run folder then. */
export async function scoreTrained(
  stage: Stage & { readonly multiplier: MatrixMultiplier },
  images: ScanImages,
  compute: Compute,
  { spec, weights }: TrainedModel,
  { training, statistics: pca }: Baseline,
): Promise<void> {
  const { run } = stage;
  const scorer = await createScorer(stage, compute, spec, weights);
  try {
    const fitted = await fitOnTraining({ ...stage, scorer }, training);
    const statistics = joinGroups(
      new Map([
        [pcaGroup, pca],
        [networkGroup, fitted],
      ]),
    );
    await run.writeStatistics(statistics);
    await noteCollapse(stage, scorer, images.scored);
    await recordScoring(stage, await scoreByNetwork({ ...stage, scorer }, images, { statistics: fitted, training }));
  } finally {
    await scorer.dispose();
  }
}

export async function recordScoring({ run }: Stage, { imagesPerSecond }: { imagesPerSecond: number }): Promise<void> {
  await run.update({ imagesPerSecond: { ...run.record.imagesPerSecond, score: imagesPerSecond } });
}

export function createScorer(
  stage: Stage,
  compute: Compute,
  spec: NetworkSpec,
  weights: NamedTensors,
): Promise<Scorer> {
  const { batchSize, threads } = scoringTrial(stage, spec);
  return compute.openScorer(spec, { batchSize, threads, weights, features: true });
}

/** What the scoring is going to compute. */
export function scoringTrial({ run }: Stage, spec: NetworkSpec): TrialPlan {
  const { channels, height, width } = spec.input;
  return { spec, threads: threadsOf(run.record), batchSize: scoringBatch(channels * height * width) };
}
