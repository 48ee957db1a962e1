/** Commands on the review in front: opening it, leaving it as a file, moving about in it. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { ExportFormat, PanelCommand } from '../../shared/contracts';
import { UserError } from '../../shared/errors';
import type { RunSnapshot } from '../../shared/run';
import { sourceName } from '../../shared/source-location';
import { chooseSource } from '../choose-arrays';
import { saveExport } from '../export';
import { moveFlagged } from '../move-flagged';
import { copyFlaggedPaths } from '../panel-host';
import type { Services } from '../services';

/** The newest run of what was clicked; from the palette the one that was seen last in this workspace. */
export async function openLastReview(services: Services, clicked: unknown): Promise<string | undefined> {
  const { engine, memory, panels, runs } = services;
  const api = await engine.api();
  const last = memory.lastRun;
  if (!(clicked instanceof vscode.Uri) && last !== undefined) {
    const snapshot = await api.open(last).catch(() => undefined); // it may have been deleted: then a person chooses
    if (snapshot) {
      panels.show(snapshot.record.request.source, last);
      return last;
    }
  }
  const source = await chooseSource(services, clicked);
  if (source === undefined) return undefined;
  const running = runs.find(source)?.runFolder;
  const runFolder = running ?? (await api.listRuns(source))[0]?.runFolder;
  if (runFolder === undefined) {
    throw new UserError(
      'run-missing',
      l10n.t('There is no review of “{name}” yet. Choose “Scan for Outliers” to make one.', {
        name: sourceName(source),
      }),
    );
  }
  panels.show(source, runFolder);
  return runFolder;
}

/** Shows the panel of the newest running scan. */
export function showRunning({ panels, runs }: Services): void {
  const newest = runs.all.at(-1);
  if (newest) panels.show(newest.source, newest.runFolder);
}

export function exportAs(format: ExportFormat) {
  return async (services: Services): Promise<void> => saveExport(await currentRun(services), format, services);
}

export async function copyFlagged(services: Services): Promise<void> {
  await copyFlaggedPaths(await currentRun(services));
}

export async function moveFlaggedFiles(services: Services): Promise<void> {
  await moveFlagged(await currentRun(services), services);
}

export function panelCommand(name: PanelCommand) {
  return ({ panels }: Services): void => panels.current?.command(name);
}

async function currentRun({ panels }: Services): Promise<RunSnapshot> {
  const snapshot = await panels.current?.snapshot();
  if (snapshot) return snapshot;
  throw new UserError('run-missing', l10n.t('Open a review first: right-click a folder, Anomaly Review.'));
}
