/** Moves a run to the trash. Images are never in a run folder, and are never touched. */
import * as l10n from '@vscode/l10n';
import { readdir } from 'node:fs/promises';
import { sep } from 'node:path';
import * as vscode from 'vscode';
import type { FilesAway } from '../../shared/moves';
import { UserError } from '../../shared/errors';
import { formatCount } from '../../shared/format';
import { sourceName, splitLocation } from '../../shared/source-location';
import { displayLocale } from '../language';
import { bringBack } from '../move-flagged';
import { isPartOfRun } from '../run-list/run-parts';
import { readSummary, recordFileName } from '../run-list/run-summary';
import type { Services } from '../services';
import { folderOf } from './runs';

/** Resolves to whether the person agreed. Files that were moved away by this run are brought back first, if that is wished. */
export async function deleteListed(services: Services, clicked: unknown): Promise<boolean> {
  const runFolder = folderOf(clicked);
  if (runFolder === undefined) return false;
  if (services.runs.all.some((run) => run.runFolder === runFolder)) {
    throw new UserError('run-locked', l10n.t('This scan is running. Cancel it, then delete its run.'));
  }
  await refuseForeign(runFolder);
  const away = await filesAway(services, runFolder);
  const answer = await ask(runFolder, away);
  if (answer === undefined) return false;
  if (answer === 'bring back first') {
    // What is left behind was told with its reasons; the run still knows where it is.
    for (const { journal } of away) if (!(await bringBack(journal, services))) return false;
  }
  if (!(await moveToTrash(vscode.Uri.file(runFolder)))) return false;
  services.panels.closeRun(runFolder);
  services.runList.refresh();
  return true;
}

/** Nothing of a run that cannot be read: it can still be deleted. */
async function filesAway({ engine, log }: Services, runFolder: string): Promise<readonly FilesAway[]> {
  try {
    return await (await engine.api()).filesAway(runFolder);
  } catch (error) {
    log.warn(String(error));
    return [];
  }
}

async function ask(runFolder: string, away: readonly FilesAway[]): Promise<'delete' | 'bring back first' | undefined> {
  const summary = await readSummary(runFolder);
  const name = summary ? sourceName(summary.request.source) : runFolder;
  const goes = l10n.t(
    'Its scores, its model and the decisions of its review go to the trash: {runFolder}. The images stay where they are.',
    { runFolder },
  );
  const [last] = away;
  const files = away.reduce((sum, one) => sum + one.files, 0);
  const stays = last
    ? [
        l10n.t(
          'Files that were moved away ({files}) lie in {folder}. No review shows them any more then, and only the journal in that folder can still bring them back.',
          { files: formatCount(files, displayLocale()), folder: last.folder },
        ),
      ]
    : [];
  const [remove, bringBackFirst] = [l10n.t('Move to Trash'), l10n.t('Bring Files Back First')];
  const chosen = await vscode.window.showWarningMessage(
    l10n.t('Delete this run of “{name}”?', { name }),
    { modal: true, detail: [goes, ...stays].join('\n\n') },
    ...(last ? [bringBackFirst] : []),
    remove,
  );
  if (chosen === undefined) return undefined;
  return chosen === remove ? 'delete' : 'bring back first';
}

/** Resolves to whether it is gone. */
async function moveToTrash(folder: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.delete(folder, { recursive: true, useTrash: true });
    return true;
  } catch (error) {
    // Remote machines and containers often have no trash.
    const remove = l10n.t('Delete for Good');
    const agreed = await vscode.window.showWarningMessage(
      l10n.t('There is no trash for {folder}.', { folder: folder.fsPath }),
      { modal: true, detail: error instanceof Error ? error.message : String(error) },
      remove,
    );
    if (agreed !== remove) return false;
    await vscode.workspace.fs.delete(folder, { recursive: true, useTrash: false });
    return true;
  }
}

/** Throws when a folder holds what no run holds: it would go as well. */
async function refuseForeign(runFolder: string): Promise<void> {
  const names = await readdir(runFolder);
  const source = (await readSummary(runFolder))?.request.source;
  const isSourceInside = source !== undefined && `${splitLocation(source).path}${sep}`.startsWith(`${runFolder}${sep}`);
  const foreign = names.find((name) => !isPartOfRun(name));
  if (names.includes(recordFileName) && foreign === undefined && !isSourceInside) return;
  throw new UserError(
    'not-supported',
    l10n.t('{runFolder} is not deleted, since it holds “{name}”, which is no part of a run. Move that away first.', {
      runFolder,
      name: foreign ?? source ?? '',
    }),
  );
}
