/** Commands on runs of the list, and on run folders wherever they are. */
import * as l10n from '@vscode/l10n';
import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { commandLineText, scoreCommandText, shellKind } from '../../shared/command-line-text';
import { UserError } from '../../shared/errors';
import { requestAnew } from '../../shared/request-anew';
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

export function refreshList({ runList }: Services): void {
  runList.refresh();
}

export function showMore({ runList }: Services, clicked: unknown): void {
  if (isEntry(clicked) && clicked.kind === 'more') runList.showMore(clicked.group.group);
}

export async function scanWaiting({ queue }: Services, clicked: unknown): Promise<void> {
  if (isEntry(clicked) && clicked.kind === 'waiting') await queue.release(clicked.source);
}

export function removeWaiting({ queue }: Services, clicked: unknown): void {
  if (isEntry(clicked) && clicked.kind === 'waiting') queue.remove(clicked.source);
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

/** The run that a menu's command was called on; undefined when it was called on none. */
export function folderOf(clicked: unknown): string | undefined {
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
