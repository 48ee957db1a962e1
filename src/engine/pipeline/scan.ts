/** A run from its request to its scores. Every stage leaves its result in the run folder, so that any stop resumes. */
import * as l10n from '@vscode/l10n';
import { UserError } from '../../shared/errors';
import type { RunMode } from '../../shared/contracts';
import type { ScoreInfo } from '../../shared/run';
import type { MatrixMultiplier } from '../compute/backend';
import { OnnxMatrixMultiplier } from '../compute/onnx/matrix';
import { checkNetwork } from '../model/shapes';
import type { RunFolder } from '../runs/run-folder';
import { groupNamed } from '../scoring/statistics-tensors';
import { openAppliedRun, type AppliedRun } from './applied-run';
import { openRunBackbone } from './backbone';
import { pcaColumns, rankByBaseline } from './baseline';
import { ignoreAreas, ignoreAreasAs } from './ignored-areas';
import { closeSources, listSources, openSources, readImages, type ScanImages, type ScanSources } from './images';
import { chooseCompute } from './compute';
import { labelRun } from './labels';
import { chooseNetwork } from './network-choice';
import { threadsOf } from './capacity';
import { trainingTrial, trainNetwork } from './network';
import { choosePreprocessing } from './preprocessing';
import { writeExportedModel, writeModel, writeNetwork } from './model-files';
import { createScorer, networkGroup, pcaGroup, recordScoring, scoreTrained, scoringTrial } from './score-trained';
import { scoreByNetwork } from './scores';
import { describeShard } from './shards';
import type { Stage } from './stage';

/** @throws whatever stopped it; the caller writes the status */
export async function scan(stage: Stage, mode: RunMode): Promise<void> {
  const { run } = stage;
  const { request } = run.record;
  const seconds = stopwatch(run);

  await stage.enter('listing');
  stage.report('listing', { done: 0, total: 0 });
  const sources = await openSources(request, run.workFolder, stage.signal);
  try {
    await noteSources(stage, sources);
    stage.state.paths = sources.scored.paths;
    await run.update({ images: sources.scored.paths.length });
    await labelRun(stage, sources.scored);
    const earlier = mode === 'score' ? await takeOver(stage) : undefined;
    const preprocessing =
      earlier?.preprocessing ??
      (await choosePreprocessing(run.record.request.settings, sources.trainOn ?? sources.scored, stage.signal));
    await run.update({ inputShape: [preprocessing.channels, preprocessing.height, preprocessing.width] });
    const { whole } = sources.scored;
    if (whole) await run.update({ shard: await describeShard(sources.scored, whole, preprocessing, stage.signal) });

    await stage.enter('reading');
    const images = await seconds('read', async () => {
      const read = await readImages(stage, sources, preprocessing);
      return earlier ? ignoreAreasAs(earlier.fill, run, read) : ignoreAreas(stage, read);
    });
    stage.state.manifest = images.scored.manifest;
    await run.writeManifest(images.scored.manifest);
    const unreadable = images.scored.manifest.length - images.scored.readable.length;
    await run.update({ images: images.scored.manifest.length, unreadable });

    const backbone = await openRunBackbone(stage, earlier?.record);
    // Statistics are small work that must not wait for a device to be chosen and tested.
    const multiplier = new OnnxMatrixMultiplier('cpu', threadsOf(run.record));
    try {
      const furnished = { ...stage, backbone };
      if (earlier) await applyModel(furnished, images, multiplier, earlier, seconds);
      else await trainAndScore(furnished, images, multiplier, seconds);
    } finally {
      await multiplier.dispose();
      await backbone?.dispose();
    }
    await stage.enter('done');
  } finally {
    await closeSources(sources);
  }
}

type Timed = <T>(name: 'read' | 'baseline' | 'train' | 'score', work: () => Promise<T>) => Promise<T>;

async function trainAndScore(
  stage: Stage,
  images: ScanImages,
  multiplier: MatrixMultiplier,
  seconds: Timed,
): Promise<void> {
  const { run } = stage;
  await stage.enter('baseline');
  const baseline = await seconds('baseline', () => rankByBaseline(stage, images, multiplier));
  const { spec, name } = await chooseNetwork(run.record.request.settings, baseline.training.images.shape);
  const plan = checkNetwork(spec);
  await run.update({ model: { preset: name, parameters: plan.parameterCount, latent: plan.latentSize } });
  await stage.enter('training');
  const compute = await chooseCompute(stage, trainingTrial(stage, spec, images, baseline.training));
  const network = await seconds('train', () => trainNetwork(stage, compute, spec, images, baseline.training));
  await stage.enter('scoring');
  await writeNetwork(run, network);
  await seconds('score', async () => {
    await scoreTrained({ ...stage, multiplier }, images, compute, network, baseline);
    await writeExportedModel(run, compute.backend, network, images.preprocessing);
  });
}

async function applyModel(
  stage: Stage,
  images: ScanImages,
  multiplier: MatrixMultiplier,
  { usual, model, record }: AppliedRun,
  seconds: Timed,
): Promise<void> {
  const { run } = stage;
  // Of a part of the images all may be broken.
  if (images.scored.readable.length === 0 && run.record.shard === undefined) {
    throw new UserError(
      'source-empty',
      l10n.t('None of the images in {0} can be read.', images.scored.source.location),
    );
  }
  const compute = await chooseCompute(stage, scoringTrial(stage, model.spec));
  const scorer = await createScorer(stage, compute, model.spec, model.weights);
  try {
    const calibrated: readonly ScoreInfo[] = record.scores;
    // What the trained run knew to be usual still is, by the same network and the same measure.
    for (const [name, column] of usual) stage.state.usual.set(name, column);
    await run.update(record.model ? { model: record.model } : {});
    await stage.enter('scoring');
    await seconds('score', async () => {
      const pca = await pcaColumns(stage, images, groupNamed(model.statistics, pcaGroup), multiplier);
      const scoring = { statistics: groupNamed(model.statistics, networkGroup), calibrated, others: pca };
      const result = await scoreByNetwork({ ...stage, scorer, multiplier }, images, scoring);
      await recordScoring(stage, result);
    });
    await writeModel(run, model);
    await writeExportedModel(run, compute.backend, model, images.preprocessing);
  } finally {
    await scorer.dispose();
  }
}

/** What the network sees is the trained run's; the areas are as well, where the request names none. */
async function takeOver(stage: Stage): Promise<AppliedRun> {
  const applied = await openAppliedRun(stage);
  const { request } = stage.run.record;
  const { roi, areas } = applied.record.request.settings;
  const settings = { ...request.settings, ...(roi && { roi }), ...(areas && { areas }) };
  await stage.run.update({ request: { ...request, settings } });
  return applied;
}

async function noteSources(stage: Stage, sources: ScanSources): Promise<void> {
  for (const source of listSources(sources)) {
    for (const note of source.notes) await stage.note(note);
  }
}

/** Adds to what an interrupted run had spent already. */
function stopwatch(run: RunFolder): Timed {
  return async (name, work) => {
    const started = performance.now();
    try {
      return await work();
    } finally {
      const spent = (performance.now() - started) / 1000;
      const before = run.record.seconds[name] ?? 0;
      await run.update({ seconds: { ...run.record.seconds, [name]: before + spent } });
    }
  };
}
