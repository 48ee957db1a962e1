/** Applies a trained model to other images. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { sourceName } from '../../shared/source-location';
import { chooseSource } from '../choose-arrays';
import type { ScanRequest } from '../../shared/settings';
import { displayLocale } from '../language';
import type { TrainedRun } from '../memory';
import { findRunFolders } from '../run-list/find-runs';
import { groupRuns, readSummary } from '../run-list/run-summary';
import type { Services } from '../services';
import { begin, settingsFor } from './scan';

/** A longer list is not read: the last entry leads to any run. */
const [mostOfSource, mostListed] = [5, 50];

export async function scoreWithModel(services: Services, clicked: unknown): Promise<string | undefined> {
  const source = await chooseSource(services, clicked);
  if (source === undefined) return undefined;
  const model = await chooseModel(services, source);
  if (model === undefined) return undefined;
  return begin(services, 'score', { source, model, settings: settingsFor(source) });
}

async function chooseModel({ engine, memory }: Services, source: string): Promise<string | undefined> {
  const known = new Map<string, TrainedRun>();
  for (const run of await existing(memory.trainedRuns)) known.set(run.runFolder, run);
  for (const { runFolder, record } of await (await engine.api()).listRuns(source)) {
    if (record.model && record.bestEpoch !== undefined && record.request.model === undefined) {
      known.set(runFolder, trainedRun(runFolder, record.request, record.model, record.createdAt));
    }
  }
  for (const run of await ofWorkspace()) known.set(run.runFolder, run);
  const time = new Intl.DateTimeFormat(displayLocale(), { dateStyle: 'medium', timeStyle: 'short' });
  const choices = [...known.values()]
    .sort((one, other) => other.createdAt.localeCompare(one.createdAt))
    .map((run) => ({
      label: `$(circuit-board) ${run.sourceName}`,
      description: `${run.preset} · ${time.format(new Date(run.createdAt))}`,
      detail: run.runFolder,
      find: (): PromiseLike<string | undefined> => Promise.resolve(run.runFolder),
    }));
  const browse = { label: `$(folder-opened) ${l10n.t('Choose a run folder…')}`, find: browseForRun };
  const chosen = await vscode.window.showQuickPick([...choices, browse], {
    placeHolder: l10n.t('Which trained model?'),
    matchOnDetail: true,
  });
  return chosen?.find();
}

/** The newest runs of each source in this workspace that have a model of their own, whoever made them. */
async function ofWorkspace(): Promise<TrainedRun[]> {
  const newest = groupRuns(await findRunFolders()).flatMap(({ runs }) => runs.slice(0, mostOfSource));
  const runs = await Promise.all(
    newest.slice(0, mostListed).map(async ({ runFolder }) => {
      const summary = await readSummary(runFolder);
      if (summary?.status !== 'done' || !summary.model || summary.request.model !== undefined) return [];
      return [trainedRun(runFolder, summary.request, summary.model, summary.createdAt)];
    }),
  );
  return runs.flat();
}

/** Runs may have been deleted since. */
async function existing(runs: readonly TrainedRun[]): Promise<TrainedRun[]> {
  const found = await Promise.all(runs.map(async (run) => ((await readSummary(run.runFolder)) ? [run] : [])));
  return found.flat();
}

function trainedRun(
  runFolder: string,
  { source }: ScanRequest,
  { preset }: { readonly preset: string },
  createdAt: string,
): TrainedRun {
  return { runFolder, sourceName: sourceName(source), preset, createdAt };
}

async function browseForRun(): Promise<string | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    canSelectFiles: false,
    canSelectFolders: true,
    openLabel: l10n.t('Use This Model'),
  });
  return chosen?.[0]?.fsPath;
}
