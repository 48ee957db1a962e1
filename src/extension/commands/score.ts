/** Applies a trained model to other images. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { sourceName } from '../../shared/source-location';
import { chooseSource } from '../choose-arrays';
import { displayLocale } from '../language';
import type { Services } from '../services';
import { begin, settingsFor } from './scan';

export async function scoreWithModel(services: Services, clicked: unknown): Promise<string | undefined> {
  const source = await chooseSource(services, clicked);
  if (source === undefined) return undefined;
  const model = await chooseModel(services, source);
  if (model === undefined) return undefined;
  return begin(services, 'score', { source, model, settings: settingsFor(source) });
}

async function chooseModel({ engine, memory }: Services, source: string): Promise<string | undefined> {
  const beside = await (await engine.api()).listRuns(source);
  const ofSource = beside
    .filter(({ record }) => record.model !== undefined && record.bestEpoch !== undefined)
    .map(({ runFolder, record }) => ({
      runFolder,
      sourceName: sourceName(record.request.source),
      preset: record.model?.preset ?? '',
      createdAt: record.createdAt,
    }));
  const known = new Map([...memory.trainedRuns, ...ofSource].map((run) => [run.runFolder, run]));
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

async function browseForRun(): Promise<string | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    canSelectFiles: false,
    canSelectFolders: true,
    openLabel: l10n.t('Use This Model'),
  });
  return chosen?.[0]?.fsPath;
}
