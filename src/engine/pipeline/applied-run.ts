/** What a trained run brings to images that its network is applied to: all of it in memory, with the areas in force. */
import * as l10n from '@vscode/l10n';
import { UserError } from '../../shared/errors';
import type { RunRecord } from '../../shared/run';
import type { Area, ScanSettings } from '../../shared/settings';
import type { Preprocessing } from '../dataset/dataset';
import { RunFolder } from '../runs/run-folder';
import { readFill } from './ignored-areas';
import { readModel, type StoredModel } from './model-files';
import { preprocessingOf } from './preprocessing';
import { checkRescoring, prepareRescoring } from './rescore';
import { RunState } from './run-state';
import { scoreAnew } from './score-anew';
import type { Stage } from './stage';

export interface AppliedRun {
  /** With the calibration of the scores, and the areas and the region of interest they were made with. */
  readonly record: RunRecord;
  readonly model: StoredModel;
  readonly preprocessing: Preprocessing;
  /** What stands in place of what the areas ignore: [channels, height, width]; undefined where all counts. */
  readonly fill: Float32Array | undefined;
  /** Raw scores of images that it knows to be usual, by column. */
  readonly usual: ReadonlyMap<string, Float32Array>;
}

/**
 * Opens the trained run that the request of `stage` names. Where that asks for other areas than the trained run has, what
 * is usual is worked out anew from the images of the trained run, which stays as it is.
 * @throws UserError `settings-invalid` without such a run, `run-invalid` when it has no model, `source-missing` or
 * `source-invalid` when its images are needed and are not there or are others by now
 */
export async function openAppliedRun(stage: Stage): Promise<AppliedRun> {
  const { model, settings } = stage.run.record.request;
  if (model === undefined) {
    throw new UserError('settings-invalid', l10n.t('Scoring needs the run folder of a trained model.'));
  }
  const trained = await RunFolder.open(model);
  const { areas } = settings;
  if (areas === undefined || sameAreas(areas, trained.record.request.settings.areas ?? [])) return appliedRun(trained);
  checkRescoring(trained, areas);
  await stage.note(
    l10n.t('The areas are others than those of {0}, so what is usual was worked out anew from its images.', model),
  );
  // Its own progress would look like that of the images to score.
  const base: Stage = { ...stage, run: trained, state: await RunState.load(trained), report: () => undefined };
  return prepareRescoring(base, areas, `applied-${process.pid}`, async ({ stage: draft, images, network }) => {
    await computeBy(settings, draft.run);
    await scoreAnew(draft, images, network);
    return appliedRun(draft.run);
  });
}

async function appliedRun(run: RunFolder): Promise<AppliedRun> {
  const { record } = run;
  const model = await readModel(run);
  const { roi, areas = [] } = record.request.settings;
  const { channels, height, width } = model.spec.input;
  const usual = new Map<string, Float32Array>();
  for (const { name } of record.scores) {
    const column = await run.readScores(`usual-${name}`);
    if (column) usual.set(name, column);
  }
  return {
    record,
    model,
    preprocessing: preprocessingOf([channels, height, width], roi, run.folder),
    fill: areas.length > 0 ? await readFill(run) : undefined,
    usual,
  };
}

/** The machine that trained may have had other devices than this one. */
async function computeBy({ backend, device, threads }: ScanSettings, draft: RunFolder): Promise<void> {
  const { request } = draft.record;
  const settings = { ...request.settings, backend, device, ...(threads !== undefined && { threads }) };
  await draft.update({ request: { ...request, settings } });
}

function sameAreas(one: readonly Area[], other: readonly Area[]): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
