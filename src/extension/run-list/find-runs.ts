/** Where the runs of a workspace lie: beside their sources, which are in the workspace or are the workspace itself. */
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { recordFileName } from './run-summary';

const runsFolderName = '.anomaly-review';
/** A list of more would not be read; the newest of each source are in it by their names' order. */
const mostRuns = 5000;

/** Run folders, in no order. Only names are read. */
export async function findRunFolders(): Promise<string[]> {
  const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
  const inside = folders.map(async (folder) => {
    const pattern = new vscode.RelativePattern(folder, `**/${runsFolderName}/*/${recordFileName}`);
    const files = await vscode.workspace.findFiles(pattern, '**/{node_modules,.git}/**', mostRuns);
    return files.map(({ fsPath }) => dirname(fsPath));
  });
  const beside = folders.map(({ uri }) => foldersIn(join(dirname(uri.fsPath), runsFolderName)));
  return (await Promise.all([...inside, ...beside])).flat();
}

async function foldersIn(parent: string): Promise<string[]> {
  // No such folder, or none that may be read: no runs there.
  const entries = await readdir(parent, { withFileTypes: true }).catch(() => []);
  // Beside the runs lie the locks of sources.
  return entries.filter((entry) => entry.isDirectory() && entry.name !== 'locks').map(({ name }) => join(parent, name));
}

/** Calls back with the folder of a run that came, went or changed. */
export function watchRunFolders(onChange: (runFolder: string, what: 'listed' | 'changed') => void): vscode.Disposable {
  const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
  const patterns = folders.flatMap((folder) => [
    new vscode.RelativePattern(folder, `**/${runsFolderName}/{*,*/${recordFileName}}`),
    new vscode.RelativePattern(vscode.Uri.joinPath(folder.uri, '..', runsFolderName), `{*,*/${recordFileName}}`),
  ]);
  const watchers = patterns.map((pattern) => vscode.workspace.createFileSystemWatcher(pattern));
  const runOf = ({ fsPath }: vscode.Uri): string => (fsPath.endsWith(recordFileName) ? dirname(fsPath) : fsPath);
  return vscode.Disposable.from(
    ...watchers,
    ...watchers.flatMap((watcher) => [
      watcher.onDidCreate((uri) => onChange(runOf(uri), 'listed')),
      watcher.onDidDelete((uri) => onChange(runOf(uri), 'listed')),
      watcher.onDidChange((uri) => onChange(runOf(uri), 'changed')),
    ]),
  );
}
