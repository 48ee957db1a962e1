/** The engine as its callers see it: the same object behind the command line and behind the child process. */
import * as l10n from '@vscode/l10n';
import path from 'node:path';
import type { EngineApi, EngineEvents, RunMode } from '../shared/contracts';
import { UserError } from '../shared/errors';
import type { RunRecord } from '../shared/run';
import type { ScanRequest } from '../shared/settings';
import { inspectSource } from './dataset/inspect-source';
import { type ChooseBackend, describeBackends, refuseMissing, selectBackend } from './compute/select';
import { checkRequest } from './pipeline/check-request';
import { describeModels } from './pipeline/network-choice';
import { ActiveRun } from './pipeline/active-run';
import { Onlookers } from './pipeline/onlookers';
import { readEpochScores } from './pipeline/epoch-scores';
import { trainedOnItself } from './pipeline/own-training-images';
import { checkRescoring, rescore } from './pipeline/rescore';
import { estimateScan } from './pipeline/estimate/estimate-scan';
import { RunState } from './pipeline/run-state';
import { scan } from './pipeline/scan';
import type { Stage } from './pipeline/stage';
import { listRunFolders } from './runs/list-runs';
import { isLockHeld, lockSource } from './runs/lock';
import { ReviewWriter } from './runs/review-writer';
import { RunFolder } from './runs/run-folder';
import { filesAway } from './quarantine/run-journals';
import { undoMoves } from './quarantine/undo';
import { versions } from './versions';
import { areaOffer } from './views/area-offer';
import { Comparer } from './views/comparer';
import { ImageMapper } from './views/embedding/image-mapper';
import { exportRun } from './views/export-run';
import { flaggedCount } from './views/flagged-count';
import { imageGroups } from './views/image-groups';
import { LatentEditor } from './views/latent-editor';
import { meanPictures } from './views/mean-pictures';
import { MovedFiles } from './views/moved-files';
import { NearestUsual } from './views/nearest-usual';
import { quarantineFlagged } from './views/quarantine-flagged';
import { openTaught, taughtColumn } from './views/teacher';
import { Thumbnailer } from './views/thumbnailer';
import { TrainingPreviewer } from './views/training-preview';
import { ViewedNetwork } from './views/viewed-network';
import { ViewedRun } from './views/viewed-run';
import { ViewedSource } from './views/viewed-source';

/** @param chooseBackend what computes in runs; absent: the best that is here */
export function createEngine(events: EngineEvents, chooseBackend: ChooseBackend = selectBackend): EngineApi {
  const active = new Map<string, ActiveRun>();
  const onlookers = new Onlookers();
  const moved = new MovedFiles();
  const viewed = new ViewedSource(moved);
  const moves = new Map<number, AbortController>();
  const thumbnailer = new Thumbnailer(viewed);
  const networks = new ViewedNetwork();
  const viewedRun = new ViewedRun(openRun);
  const reviews = new ReviewWriter();
  const comparer = new Comparer(viewed, networks);
  const nearestUsual = new NearestUsual();
  const mapper = new ImageMapper();
  const latentEditor = new LatentEditor(networks);
  const previewer = new TrainingPreviewer();

  const begin = async (run: RunFolder, mode: RunMode | 'rescore', changes: Partial<RunRecord> = {}): Promise<void> => {
    const { source, shard } = run.record.request;
    const lock = await lockSource(source, undefined, run.folder, shard);
    let state = new RunState(run);
    try {
      if (mode === 'rescore') state = await RunState.load(run);
      await run.update({ status: 'running', versions: versions(), ...changes });
    } catch (error) {
      await lock.release();
      throw error;
    }
    viewedRun.forget();
    networks.forget(run.folder);
    viewed.forget();
    previewer.forget();
    const work =
      mode === 'rescore'
        ? { run: rescore, isOptional: true }
        : { run: (stage: Stage) => scan(stage, mode), isOptional: false };
    const activeRun = new ActiveRun(run, state, work, lock, events, chooseBackend, onlookers);
    active.set(run.folder, activeRun);
    void activeRun.finished.then(() => active.delete(run.folder));
  };

  const stateOf = async (folder: string): Promise<RunState> => active.get(folder)?.state ?? viewedRun.stateOf(folder);

  return {
    describe: async (thorough = false) => ({
      versions: versions(),
      executable: process.execPath,
      processId: process.pid,
      backends: await describeBackends(thorough),
    }),
    ping: () => Promise.resolve(),
    start: async (requested: ScanRequest, mode: RunMode) => {
      await checkRequest(requested);
      const { request, note: meant } = await trainedOnItself(requested);
      // Told before a folder is made for it: a second scan of the same source is a mistake, not a run.
      const probe = await lockSource(request.source, undefined, undefined, request.shard);
      await probe.release();
      const { run, note } = await RunFolder.create(request, new Date());
      const notes = [meant, note].filter((sentence) => sentence !== undefined);
      if (notes.length > 0) await run.update({ notes: [...run.record.notes, ...notes] });
      await begin(run, mode);
      return { runFolder: run.folder };
    },
    resume: async (folder, wish) => {
      const run = await openRun(folder);
      if (run.record.status === 'done') {
        throw new UserError('settings-invalid', l10n.t('The run {0} is complete; there is nothing to resume.', folder));
      }
      const request = wish && { ...run.record.request, settings: { ...run.record.request.settings, ...wish } };
      refuseMissing((request ?? run.record.request).settings);
      const scanning = run.record.request.model === undefined ? 'scan' : 'score';
      await begin(run, run.record.rescoring ? 'rescore' : scanning, request ? { request } : {});
    },
    rescore: async (folder, areas) => {
      const run = await openRun(folder);
      checkRescoring(run, areas);
      await begin(run, 'rescore', { rescoring: areas });
    },
    finished: async (folder) => active.get(path.resolve(folder))?.finished ?? (await openRun(folder)).record,
    stop: (folder, how) => {
      active.get(path.resolve(folder))?.stop(how);
      return Promise.resolve();
    },
    open: (folder) => onlookers.serve(async () => openTaught(await stateOf(path.resolve(folder)))),
    teach: (folder, decisions) =>
      onlookers.serve(async () => taughtColumn(await stateOf(path.resolve(folder)), decisions)),
    listRuns: async (source) => {
      const folders = await listRunFolders(source);
      const opened = await Promise.allSettled(folders.map((folder) => openRun(folder)));
      // A damaged run among them must not hide the others.
      return opened.flatMap((run) =>
        run.status === 'fulfilled' ? [{ runFolder: run.value.folder, record: run.value.record }] : [],
      );
    },
    saveReview: (folder, review, history, before) => {
      const runOf = async () => active.get(path.resolve(folder))?.run ?? openRun(folder);
      return onlookers.serve(() => reviews.save(path.resolve(folder), runOf, { review, history, before }));
    },
    noteFlagged: async (given) => {
      const folder = path.resolve(given);
      // A run that is worked on notes it at its end.
      if (active.has(folder)) return;
      const state = await viewedRun.stateOf(folder);
      const { status, flagged: noted } = state.run.record;
      const flagged = status === 'done' ? await flaggedCount(state) : undefined;
      if (flagged !== undefined && flagged !== noted) await viewedRun.update(folder, { flagged });
    },
    thumbnails: (folder, indexes, requestId) =>
      onlookers.serve(async () => thumbnailer.make(await stateOf(path.resolve(folder)), indexes, requestId)),
    cancelRequest: (requestId) => {
      thumbnailer.cancel(requestId);
      moves.get(requestId)?.abort();
      return Promise.resolve();
    },
    groups: (folder, indexes) => onlookers.serve(async () => imageGroups(await stateOf(path.resolve(folder)), indexes)),
    imageMap: async (folder, method) => mapper.of(await stateOf(path.resolve(folder)), method),
    compare: (folder, index) =>
      onlookers.serve(async () => {
        const state = await stateOf(path.resolve(folder));
        const [comparison, movedTo] = await Promise.all([comparer.compare(state, index), moved.placeOf(state, index)]);
        return { ...comparison, ...(movedTo !== undefined && { movedTo }) };
      }),
    nearest: (folder, index) =>
      onlookers.serve(async () => nearestUsual.of(await stateOf(path.resolve(folder)), index)),
    exportRun: async (folder, format, file, overwrite) =>
      exportRun(await stateOf(path.resolve(folder)), format, file, overwrite, { source: viewed, networks }),
    quarantine: async (folder, to, dryRun = false, requestId) => {
      const controller = new AbortController();
      if (requestId !== undefined) moves.set(requestId, controller);
      try {
        return await quarantineFlagged(await stateOf(path.resolve(folder)), to, { dryRun, signal: controller.signal });
      } finally {
        if (requestId !== undefined) moves.delete(requestId);
        viewed.forget();
      }
    },
    undoMoves: async (journal) => {
      const report = await undoMoves(journal);
      viewed.forget();
      return report;
    },
    filesAway: async (folder) => filesAway(active.get(path.resolve(folder))?.run ?? (await openRun(folder))),
    movedTo: async (folder, index) => moved.placeOf(await stateOf(path.resolve(folder)), index),
    meanPictures: async (folder, flagged) => meanPictures(await stateOf(path.resolve(folder)), networks, flagged),
    areaOffer: async (folder, flagged) => areaOffer(await stateOf(path.resolve(folder)), flagged, chooseBackend),
    models: () => Promise.resolve(describeModels()),
    epochScores: async (folder, epoch) =>
      readEpochScores(active.get(path.resolve(folder))?.run ?? (await openRun(folder)), epoch),
    inspectSource,
    latentEdit: async (folder, index, edits) => latentEditor.compare(await stateOf(path.resolve(folder)), index, edits),
    saveLatentPicture: async (folder, index, edits, file, overwrite) =>
      latentEditor.savePicture(await stateOf(path.resolve(folder)), index, edits, file, overwrite),
    estimate: (request) => estimateScan(request, chooseBackend),
    previewTraining: (request, count) => previewer.preview(request, count),
  };
}

/** Opens a run; one that says it is running while nobody works on it was interrupted. */
async function openRun(folder: string): Promise<RunFolder> {
  const run = await RunFolder.open(path.resolve(folder));
  const { source, shard } = run.record.request;
  // The lock of the source may be held for another run of it.
  if (run.record.status === 'running' && !(await isLockHeld(source, undefined, run.folder, shard))) {
    await run.update({ status: 'interrupted' });
  }
  return run;
}
