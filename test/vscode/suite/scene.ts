/** What the tests share: the extension, small folders of images to scan, and waiting for a condition. */
import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { AnomalyReviewApi } from '../../../src/extension/extension';

export async function extensionApi(): Promise<AnomalyReviewApi> {
  const extension = vscode.extensions.getExtension<AnomalyReviewApi>('anomaly-review.anomaly-review');
  assert.ok(extension, 'the extension is there');
  return extension.activate();
}

/** A folder of its own in the workspace with the first `count` of the sample's images; gone when `remove` is called. */
export async function folderOfImages(count: number): Promise<{ source: vscode.Uri; remove: () => Promise<void> }> {
  const workspace = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  assert.ok(workspace, 'a folder is open');
  const parent = await mkdtemp(path.join(workspace, 'scan-'));
  const source = path.join(parent, 'fruits');
  await mkdir(source);
  const images = (await readdir(path.join(workspace, 'apples'))).filter((name) => /\.jpe?g$/i.test(name)).sort();
  for (const name of images.slice(0, count)) await cp(path.join(workspace, 'apples', name), path.join(source, name));
  return { source: vscode.Uri.file(source), remove: () => rm(parent, { recursive: true, force: true, maxRetries: 5 }) };
}

/** Asks again and again until the answer is neither undefined nor false; an error counts as "not yet". */
export async function until<T>(what: string, ask: () => T | Promise<T>, timeoutMs = 60_000): Promise<T & {}> {
  const deadline = Date.now() + timeoutMs;
  let reason: unknown = 'the answer was no';
  while (Date.now() < deadline) {
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== null && answer !== false) return answer;
    } catch (error) {
      reason = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`waited ${timeoutMs} ms for: ${what} (${String(reason)})`);
}

/** Changes settings of the workspace; the returned function takes all of them back. */
export async function withSettings(values: Readonly<Record<string, unknown>>): Promise<() => Promise<void>> {
  const set = async (key: string, value: unknown): Promise<void> => {
    await vscode.workspace.getConfiguration('anomalyReview').update(key, value, vscode.ConfigurationTarget.Workspace);
  };
  for (const [key, value] of Object.entries(values)) await set(key, value);
  return async () => {
    for (const key of Object.keys(values)) await set(key, undefined);
  };
}

/** Titles of the open review panels. */
export function openPanels(): string[] {
  return vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .filter(({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith('anomalyReview.panel'))
    .map(({ label }) => label);
}

export async function closePanels(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
}
