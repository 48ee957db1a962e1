/** Commands on runs of the list, and on run folders wherever they are. */
import * as l10n from '@vscode/l10n';
import { readdir } from 'node:fs/promises';
import { dirname, sep } from 'node:path';
import * as vscode from 'vscode';
import { commandLineText, scoreCommandText, shellKind } from '../../shared/command-line-text';
import { UserError } from '../../shared/errors';
import { requestAnew } from '../../shared/request-anew';
import { sourceName, splitLocation } from '../../shared/source-location';
import type { ListEntry } from '../run-list/run-tree';
import { readSummary, recordFileName, type RunSummary } from '../run-list/run-summary';
import { revealFile } from '../reveal';
import type { Services } from '../services';
import { begin } from './scan';

interface Listed {
  readonly runFolder: string;
  readonly summary: RunSummary;
}

/** Opens the review of a run: one of the list, a run folder or its run.json from the explorer, or one that is chosen. */
export async function openRun({ panels }: Services, clicked: unknown): Promise<string | undefined> {
  const runFolder = folderOf(clicked) ?? (await browseForRun());
  if (runFolder === undefined) return undefined;
  const { summary } = await listed(runFolder);
  panels.show(summary.request.source, runFolder);
  return runFolder;
}

/** Makes a new run by the same request. */
export async function rescanListed(services: Services, clicked: unknown): Promise<string | undefined> {
  const run = await chosen(clicked);
  if (!run) return undefined;
  const request = requestAnew(run.summary.request);
  return begin(services, request.model === undefined ? 'scan' : 'score', request);
}

export async function resumeListed({ panels, runs }: Services, clicked: unknown): Promise<string | undefined> {
  const run = await chosen(clicked);
  if (!run) return undefined;
  const { source } = run.summary.request;
  panels.show(source, run.runFolder);
  return runs.resume(source, run.runFolder);
}

export async function revealListed(_services: Services, clicked: unknown): Promise<void> {
  const runFolder = folderOf(clicked);
  if (runFolder !== undefined) await revealFile(vscode.Uri.file(runFolder));
}

export async function copyListedCommand(_services: Services, clicked: unknown): Promise<string | undefined> {
  const run = await chosen(clicked);
  if (!run) return undefined;
  const request = requestAnew(run.summary.request);
  const shell = shellKind(process.platform, vscode.env.shell);
  const text = request.model === undefined ? commandLineText(request, 'scan', shell) : scoreCommandText(request, shell);
  await vscode.env.clipboard.writeText(text);
  return text;
}

/** What the engine writes into a run folder; anything else in one is somebody's own. */
const ownNames =
  /^(?:run\.json|review(?:\.damaged-.*)?\.json|history\.json|manifest\.jsonl|labels\.i8|\.gitignore|\..*\.tmp|scores(?:-.*)?|cache|model|thumbnails|compare|epochs|indexes)$/;

/** Moves a run to the trash once that is confirmed. Images are never in a run folder, and are never touched. */
export async function deleteListed(services: Services, clicked: unknown): Promise<boolean> {
  const runFolder = folderOf(clicked);
  if (runFolder === undefined) return false;
  if (services.runs.all.some((run) => run.runFolder === runFolder)) {
    throw new UserError('run-locked', l10n.t('This scan is running. Cancel it, then delete its run.'));
  }
  await refuseForeign(runFolder);
  const summary = await readSummary(runFolder);
  const name = summary ? sourceName(summary.request.source) : runFolder;
  const remove = l10n.t('Move to Trash');
  const agreed = await vscode.window.showWarningMessage(
    l10n.t('Delete this run of “{name}”?', { name }),
    {
      modal: true,
      detail: l10n.t(
        'Its scores, its model and the decisions of its review go to the trash: {runFolder}. The images stay where they are.',
        {
          runFolder,
        },
      ),
    },
    remove,
  );
  if (agreed !== remove) return false;
  services.panels.closeRun(runFolder);
  await moveToTrash(vscode.Uri.file(runFolder));
  services.runList.refresh();
  return true;
}

export function refreshList({ runList }: Services): void {
  runList.refresh();
}

export function showMore({ runList }: Services, clicked: unknown): void {
  if (isEntry(clicked) && clicked.kind === 'more') runList.showMore(clicked.group.group);
}

async function moveToTrash(folder: vscode.Uri): Promise<void> {
  try {
    await vscode.workspace.fs.delete(folder, { recursive: true, useTrash: true });
  } catch (error) {
    // Remote machines and containers often have no trash.
    const remove = l10n.t('Delete for Good');
    const agreed = await vscode.window.showWarningMessage(
      l10n.t('There is no trash for {folder}.', { folder: folder.fsPath }),
      { modal: true, detail: error instanceof Error ? error.message : String(error) },
      remove,
    );
    if (agreed === remove) await vscode.workspace.fs.delete(folder, { recursive: true, useTrash: false });
  }
}

/** Throws when a folder holds what no run holds: it would go as well. */
async function refuseForeign(runFolder: string): Promise<void> {
  const names = await readdir(runFolder);
  const source = (await readSummary(runFolder))?.request.source;
  const isSourceInside = source !== undefined && `${splitLocation(source).path}${sep}`.startsWith(`${runFolder}${sep}`);
  const foreign = names.find((name) => !ownNames.test(name));
  if (names.includes(recordFileName) && foreign === undefined && !isSourceInside) return;
  throw new UserError(
    'not-supported',
    l10n.t('{runFolder} is not deleted, since it holds “{name}”, which is no part of a run. Move that away first.', {
      runFolder,
      name: foreign ?? source ?? '',
    }),
  );
}

async function chosen(clicked: unknown): Promise<Listed | undefined> {
  const runFolder = folderOf(clicked);
  return runFolder === undefined ? undefined : listed(runFolder);
}

async function listed(runFolder: string): Promise<Listed> {
  const summary = await readSummary(runFolder);
  if (summary) return { runFolder, summary };
  throw new UserError(
    'run-missing',
    l10n.t('{runFolder} is no run of this version: it has no {file} that can be read. Choose the folder of a run.', {
      runFolder,
      file: recordFileName,
    }),
  );
}

function folderOf(clicked: unknown): string | undefined {
  if (clicked instanceof vscode.Uri) {
    return clicked.path.endsWith(`/${recordFileName}`) ? dirname(clicked.fsPath) : clicked.fsPath;
  }
  return isEntry(clicked) && clicked.kind === 'run' ? clicked.run.runFolder : undefined;
}

/** The editor hands back to a menu's command the entry that it was given. */
function isEntry(clicked: unknown): clicked is ListEntry {
  return typeof clicked === 'object' && clicked !== null && 'kind' in clicked;
}

async function browseForRun(): Promise<string | undefined> {
  const folders = await vscode.window.showOpenDialog({
    canSelectFiles: false,
    canSelectFolders: true,
    openLabel: l10n.t('Open Review'),
    title: l10n.t('Open Run Folder'),
  });
  return folders?.[0]?.fsPath;
}
