/** Tells when files of a run are written by somebody else: another window, or the command line. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import * as vscode from 'vscode';
import type { Review } from '../shared/run';
import { recordFileName } from './run-list/run-summary';

const reviewFileName = 'review.json';

/** @param known what the file is expected to say; undefined while that cannot be told */
export function watchReview(
  runFolder: string,
  known: () => Review | undefined,
  onForeign: () => void,
): vscode.Disposable {
  const pattern = new vscode.RelativePattern(vscode.Uri.file(runFolder), reviewFileName);
  const watcher = vscode.workspace.createFileSystemWatcher(pattern, false, false, true);
  const look = async (): Promise<void> => {
    const text = await readFile(join(runFolder, reviewFileName), 'utf8').catch(() => undefined);
    const expected = known();
    if (text !== undefined && expected && !isDeepStrictEqual(parsed(text), expected)) onForeign();
  };
  return vscode.Disposable.from(watcher, watcher.onDidCreate(look), watcher.onDidChange(look));
}

/** Calls back when a run's record was written, by whomever. */
export function watchRecord(runFolder: string, onWritten: () => void): vscode.Disposable {
  const pattern = new vscode.RelativePattern(vscode.Uri.file(runFolder), recordFileName);
  const watcher = vscode.workspace.createFileSystemWatcher(pattern, false, false, true);
  return vscode.Disposable.from(watcher, watcher.onDidCreate(onWritten), watcher.onDidChange(onWritten));
}

/** What is damaged is as good as foreign: the engine says what becomes of it. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
