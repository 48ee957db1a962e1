import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Services } from '../services';

/** Stops the scan in front: that of the current panel when it runs, else the only one, else the one chosen. */
export function stopScan(how: 'use' | 'save') {
  return async ({ panels, runs }: Services): Promise<void> => {
    const shown = panels.current?.source;
    const inFront = shown === undefined ? undefined : runs.find(shown);
    const run = inFront ?? (runs.all.length === 1 ? runs.all[0] : await choose(runs.all));
    if (run) await runs.stop(run.source, how);
  };
}

async function choose<Run extends { name: string; source: string }>(running: readonly Run[]): Promise<Run | undefined> {
  if (running.length === 0) {
    void vscode.window.showInformationMessage(l10n.t('No scan is running.'));
    return undefined;
  }
  const chosen = await vscode.window.showQuickPick(
    running.map((run) => ({ label: run.name, description: run.source, run })),
    { placeHolder: l10n.t('Which scan?') },
  );
  return chosen?.run;
}
