/** Scores a finished run anew with other areas and the network it has: seconds instead of a training. */
import * as l10n from '@vscode/l10n';
import { UserError } from '../../shared/errors';
import type { ManifestEntry, RunRecord } from '../../shared/run';
import type { Area, ScanRequest } from '../../shared/settings';
import type { RunFolder } from '../runs/run-folder';
import { ignoredPixels } from '../scoring/areas';
import { closeSources, openSources, readImages, type ScanImages } from './images';
import { readModel, writeExportedModel, type TrainedModel } from './model-files';
import { preprocessingOf } from './preprocessing';
import { RunState } from './run-state';
import { scoreAnew } from './score-anew';
import type { Stage } from './stage';

/**
 * Whether a run can be scored anew with these areas.
 * @throws UserError `settings-invalid`, `run-invalid` before the run is complete, `not-supported` for a run that applies
 * another run's model
 */
export function checkRescoring({ record, folder }: RunFolder, areas: readonly Area[]): void {
  if (record.request.model !== undefined) {
    throw new UserError(
      'not-supported',
      l10n.t(
        'This run applies the model of “{0}”. Score its images with that model again, with the areas.',
        record.request.model,
      ),
    );
  }
  if (record.inputShape === undefined || (record.status !== 'done' && record.rescoring === undefined)) {
    throw new UserError('run-invalid', l10n.t('The run {0} is not complete. Resume it, then score it anew.', folder));
  }
  ignoredPixels(areas, record.inputShape);
}

/** The stage of a rescoring: the run as it will be, which nobody sees until it is adopted. */
export interface Rescoring {
  readonly stage: Stage;
  readonly images: ScanImages;
  readonly network: TrainedModel;
}

/**
 * With the areas of `record.rescoring`. The former scores stay in force until all of the new ones are written.
 * @throws UserError `source-invalid` when the images are others than those of the run
 */
export async function rescore(stage: Stage): Promise<void> {
  const { run, state } = stage;
  await stage.enter('scoring');
  stage.report('scoring', { done: 0, total: state.readable.length });
  await prepareRescoring(stage, run.record.rescoring ?? [], undefined, async ({ stage: later, images, network }) => {
    const { backend } = await scoreAnew(later, images, network);
    stage.signal.throwIfAborted();
    const { withSource } = run.record.request;
    await later.run.update({ request: { ...later.run.record.request, withSource } });
    await run.adopt(later.run);
    state.raw = later.state.raw;
    state.known = later.state.known;
    state.usual = later.state.usual;
    await writeExportedModel(run, backend, network, images.preprocessing);
  });
  await stage.enter('done');
}

/** @param trial a name for scores that are never adopted; they are removed when `work` has ended */
export async function prepareRescoring<T>(
  stage: Stage,
  areas: readonly Area[],
  trial: string | undefined,
  work: (rescoring: Rescoring) => Promise<T>,
): Promise<T> {
  const { run, state } = stage;
  const network = await readModel(run);
  const sources = await openSources(run.record.request, run.workFolder, stage.signal);
  try {
    const request = requestWith(run.record, areas);
    const draft = await run.draft({ request }, trial);
    const later = new RunState(draft);
    later.paths = state.paths;
    later.manifest = state.manifest;
    later.labels = state.labels;
    later.leftOut = state.leftOut;
    const ofDraft: Stage = {
      ...stage,
      run: draft,
      state: later,
      enter: () => Promise.resolve(),
      report: (phase, progress) => {
        if (phase === 'scoring') stage.report(phase, progress);
      },
    };
    const { channels, height, width } = network.spec.input;
    const { roi } = request.settings;
    let isToStay = false;
    try {
      const images = await readImages(ofDraft, sources, preprocessingOf([channels, height, width], roi, run.folder));
      refuseOthers(images.scored.manifest, state.manifest, request.source);
      const result = await work({ stage: ofDraft, images, network });
      isToStay = trial === undefined;
      return result;
    } finally {
      if (!isToStay) await draft.discard();
    }
  } finally {
    await closeSources(sources);
  }
}

/** The statistics are fitted to what was trained on, which `auto` may decide otherwise of masked images. */
function requestWith({ request, scores }: RunRecord, areas: readonly Area[]): ScanRequest {
  const isTrainedOnOthers = scores.some(({ usual }) => usual !== undefined && usual.joined !== true);
  return {
    ...request,
    ...(request.trainOn !== undefined && { withSource: isTrainedOnOthers ? 'no' : 'yes' }),
    settings: { ...request.settings, areas: [...areas] },
  };
}

function refuseOthers(now: readonly ManifestEntry[], then: readonly ManifestEntry[], source: string): void {
  const isSame = now.length === then.length && now.every(({ sha256 }, index) => sha256 === then[index]?.sha256);
  if (isSame) return;
  throw new UserError(
    'source-invalid',
    l10n.t(
      'The images of “{0}” are no longer those of this run: some came, went or changed. Scan the folder again; the areas are kept in its settings.',
      source,
    ),
  );
}
