/** Joins runs that scored parts of a data set into the run that scoring all of it would have made. */
import * as l10n from '@vscode/l10n';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { UserError } from '../../shared/errors';
import { formatCount } from '../../shared/format';
import type { Review, RunRecord } from '../../shared/run';
import { compositeScore, taughtScore } from '../../shared/score-names';
import { splitLocation } from '../../shared/source-location';
import { journalFiles, noteJournal } from '../quarantine/run-journals';
import { writeGradually } from '../runs/atomic';
import { fillGivenFolder } from '../runs/create-folder';
import { isThere } from '../runs/is-there';
import { columnsOf, forEachBlock, writeMatrix } from '../runs/matrix-file';
import { RunFolder } from '../runs/run-folder';
import { ignoredPixels } from '../scoring/areas';
import { ErrorHistogram } from '../scoring/error-histogram';
import { versions } from '../versions';
import { fillName } from './ignored-areas';
import { openShards, type ShardRun } from './merge-checks';
import { onnxFile, readModel, writeCard, writeModel } from './model-files';
import { preprocessingOf } from './preprocessing';
import { readErrors } from './shards';

type Shards = readonly [ShardRun, ...ShardRun[]];

/**
 * Resolves to the run folder, which is there whole or not at all. @throws UserError that names the runs which do not fit
 * together, `settings-invalid` for an `out` that must not be used, the signal's reason
 */
export async function mergeShards(folders: readonly string[], out: string, signal: AbortSignal): Promise<string> {
  const shards = await openShards(folders);
  const [first] = shards;
  const target = path.resolve(out);
  const source = (await sourceHere(shards)) ?? first.record.request.source;
  await fillGivenFolder(target, source, async (folder) => {
    const record = joinedRecord(shards, source, target);
    if (record.unreadable === record.images) {
      throw new UserError('source-empty', l10n.t('None of the images could be read ({0}).', record.images));
    }
    const run = RunFolder.compose(folder, record);
    await writeImages(run, shards);
    signal.throwIfAborted();
    await writeScores(run, shards);
    for (const file of ['latentsFile', 'featuresFile'] as const) await writeRows(run, shards, file, signal);
    await writeModelOf(run, first.run, target);
    const notes = await writeSeenImages(run, shards, signal);
    const { review, note } = await joinedReview(run, shards);
    await run.writeReview(review);
    for (const shard of shards) {
      for (const journal of await journalFiles(shard.run)) await noteJournal(run, journal);
    }
    await run.update({
      errorScale: await errorScaleOf(shards),
      notes: [...record.notes, ...notes, ...(note === undefined ? [] : [note])],
    });
  });
  return target;
}

/** Parts may have been scored where the images lay elsewhere. */
async function sourceHere(shards: Shards): Promise<string | undefined> {
  for (const { record } of shards) {
    const { source } = record.request;
    if (await isThere(splitLocation(source).path)) return source;
  }
  return undefined;
}

function joinedRecord(shards: Shards, source: string, out: string): RunRecord {
  const records = shards.map(({ record }) => record);
  const { shard, backend, device, threads, deviceNote, peakMemoryBytes, ...rest } = shards[0].record;
  const { shard: part, ...request } = rest.request;
  const sum = (of: (record: RunRecord) => number | undefined) => records.reduce((all, one) => all + (of(one) ?? 0), 0);
  const isShared = (key: 'backend' | 'device' | 'threads') =>
    records.every((one) => one[key] === shards[0].record[key]);
  const images = sum((record) => record.images);
  const unreadable = sum((record) => record.unreadable);
  const score = sum(({ seconds }) => seconds.score);
  return {
    ...rest,
    request: { ...request, source, out },
    createdAt: new Date().toISOString(),
    versions: versions(),
    ...(backend !== undefined && isShared('backend') && { backend }),
    ...(device !== undefined && isShared('device') && { device }),
    ...(threads !== undefined && isShared('threads') && { threads }),
    ...(deviceNote !== undefined && isShared('device') && { deviceNote }),
    images,
    unreadable,
    seconds: { read: sum(({ seconds }) => seconds.read), score, total: sum(({ seconds }) => seconds.total) },
    imagesPerSecond: score > 0 ? { score: (images - unreadable) / score } : {},
    ...(peakMemoryBytes !== undefined && {
      peakMemoryBytes: Math.max(...records.map((record) => record.peakMemoryBytes ?? 0)),
    }),
    notes: [
      ...new Set(records.flatMap(({ notes }) => notes)),
      l10n.t(
        'Parts joined: {0}; images: {1}. Times are those of all parts together.',
        records.length,
        formatCount(shard?.images ?? part?.of ?? 0),
      ),
    ],
  };
}

async function writeImages(run: RunFolder, shards: Shards): Promise<void> {
  const manifests = await Promise.all(shards.map((shard) => shard.run.readManifest()));
  await run.writeManifest(manifests.flat());
  const labels = await Promise.all(shards.map((shard) => shard.run.readLabels()));
  const known = labels.filter((part) => part !== undefined);
  if (known.length === shards.length) await run.writeLabels(Int8Array.from(known.flatMap((part) => [...part])));
}

/** The columns of the parts one behind the other; what holds for all of them is any part's. */
async function writeScores(run: RunFolder, shards: Shards): Promise<void> {
  const [first] = shards;
  for (const { name } of run.record.scores) {
    const column = new Float32Array(run.record.images).fill(NaN);
    for (const { run: part, shard, record } of shards) {
      const scores = await part.readScores(name);
      if (scores?.length !== record.images) {
        throw new UserError(
          'run-invalid',
          l10n.t('{0} lacks the score “{1}”. Score that part again.', part.folder, name),
        );
      }
      column.set(scores, shard.start);
    }
    await run.writeScores(name, column);
    const usual = await first.run.readScores(`usual-${name}`);
    if (usual) await run.writeScores(`usual-${name}`, usual);
  }
  const fill = await first.run.readScores(fillName);
  if (fill) await run.writeScores(fillName, fill);
}

async function writeRows(
  run: RunFolder,
  shards: Shards,
  file: 'latentsFile' | 'featuresFile',
  signal: AbortSignal,
): Promise<void> {
  const columns = await columnsOf(shards[0].run[file], shards[0].record.images);
  await writeMatrix(run[file], run.record.images, columns, async (put) => {
    for (const { run: part, record, shard } of shards) {
      await forEachBlock(part[file], record.images, columns, async (rows, start, count) => {
        signal.throwIfAborted();
        await put(
          Uint32Array.from({ length: count }, (_, row) => shard.start + start + row),
          rows,
        );
      });
    }
  });
}

async function writeModelOf(run: RunFolder, from: RunFolder, folder: string): Promise<void> {
  const model = await readModel(from);
  await writeModel(run, model);
  const exported = await from.readBlob(onnxFile);
  if (exported) await run.writeBlob(onnxFile, exported);
  const { channels, height, width } = model.spec.input;
  const { roi } = run.record.request.settings;
  await writeCard(run, model.spec, preprocessingOf([channels, height, width], roi, folder), folder);
}

/** The caches of the parts one behind the other. Sentences on what cannot be shown without them. */
async function writeSeenImages(run: RunFolder, shards: Shards, signal: AbortSignal): Promise<string[]> {
  const [channels, height, width] = run.record.inputShape ?? [0, 0, 0];
  for (const { run: part, record } of shards) {
    const { size } = await stat(part.cacheFile('images')).catch(() => ({ size: -1 }));
    if (size === record.images * channels * height * width) continue;
    return [l10n.t('The cache of {0} is gone, so images cannot be compared with what the network drew.', part.folder)];
  }
  await writeGradually(run.cacheFile('images'), async (handle) => {
    for (const { run: part } of shards) {
      const chunks: AsyncIterable<Uint8Array> = createReadStream(part.cacheFile('images'), { signal });
      for await (const chunk of chunks) await handle.writeFile(chunk);
    }
  });
  return [];
}

/**
 * What was decided in any part holds; of two decisions on the same content, that of the later part. How the parts were
 * looked at holds where all of them agree, else what was asked for when they were scored, which the note says.
 */
async function joinedReview(run: RunFolder, shards: Shards): Promise<{ review: Review; note?: string }> {
  const reviews = await Promise.all(shards.map(async ({ run }) => (await run.readReview()).review));
  const decisions = Object.fromEntries(reviews.flatMap((review) => Object.entries(review.decisions)));
  const learn = reviews.some((review) => review.learn === true);
  const { review: asked } = await run.readReview();
  const usual = lookOf(asked);
  // A part that nobody looked at otherwise has nothing to say against the others.
  const chosen = reviews.map(lookOf).filter((look) => !isDeepStrictEqual(look, usual));
  const [first = usual] = chosen;
  const isAgreed = chosen.every((look) => isDeepStrictEqual(look, first));
  const { score, threshold, unreadable } = isAgreed ? first : usual;
  const review: Review = {
    version: 1,
    score: learn && score === compositeScore ? taughtScore : score,
    threshold,
    unreadable,
    decisions,
    ...(learn && { learn }),
  };
  if (isAgreed) return { review };
  const note = l10n.t(
    'The parts were reviewed with different scores or thresholds; the joined run has those that they were scored with.',
  );
  return { review, note };
}

/** What is learned from marks stands in the place of the composite. */
function lookOf({ score, threshold, unreadable }: Review): Pick<Review, 'score' | 'threshold' | 'unreadable'> {
  return { score: score === taughtScore ? compositeScore : score, threshold, unreadable };
}

async function errorScaleOf(shards: Shards): Promise<number> {
  const [{ record }] = shards;
  const errors = new ErrorHistogram();
  for (const { run } of shards) {
    const bins = await readErrors(run);
    if (!bins) throw new UserError('run-invalid', l10n.t('{0} is damaged. Score that part again.', run.folder));
    errors.addBins(bins);
  }
  const ignored = ignoredPixels(record.request.settings.areas, record.inputShape ?? [1, 1, 1]);
  const counted = ignored ? ignored.filter((pixel) => pixel === 0).length / ignored.length : 1;
  return errors.scale(counted);
}
