/** Scans that were going on when the editor was closed, and whose panels are not open to go on by themselves. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { sourceName } from '../shared/source-location';
import { reportError } from './report-error';
import { readSummary } from './run-list/run-summary';
import type { Services } from './services';

export function offerUnfinished(services: Services): void {
  const { log, memory, queue } = services;
  const offers = [queue.offerLeft(), ...memory.unfinished().map((runFolder) => offerResume(services, runFolder))];
  for (const offer of offers) offer.catch((error: unknown) => reportError(error, log));
}

async function offerResume({ memory, panels, runs }: Services, runFolder: string): Promise<void> {
  if (runs.all.some((run) => run.runFolder === runFolder)) return;
  const summary = await readSummary(runFolder);
  if (!summary || summary.status === 'done' || summary.status === 'stopped' || summary.status === 'failed') {
    await memory.setUnfinished(runFolder, false);
    return;
  }
  const { source } = summary.request;
  const resume = l10n.t('Resume');
  const chosen = await vscode.window.showInformationMessage(
    l10n.t('The scan of “{name}” was interrupted when the editor closed. What it reached is kept.', {
      name: sourceName(source),
    }),
    resume,
    l10n.t('Not Now'),
  );
  if (chosen === undefined) return;
  await memory.setUnfinished(runFolder, chosen === resume);
  if (chosen !== resume || runs.find(source)) return;
  panels.show(source, runFolder);
  await runs.resume(source, runFolder);
}
