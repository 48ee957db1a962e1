/** Scans that were going on when the editor was closed. Those whose panels come back go on by themselves. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { sourceName } from '../shared/source-location';
import { reportError } from './report-error';
import { readSummary } from './run-list/run-summary';
import type { Services } from './services';

/** To be called when the editor has brought back the panels that it knows of. */
export function offerUnfinished(services: Services): void {
  const { log, memory, panels, queue } = services;
  const lost = new Set(panels.takeLost());
  const offers = [
    queue.offerLeft(),
    ...memory.unfinished().map((runFolder) => goOn(services, runFolder, lost.has(runFolder))),
  ];
  for (const offer of offers) offer.catch((error: unknown) => reportError(error, log));
}

async function goOn(services: Services, runFolder: string, wasShown: boolean): Promise<void> {
  const { engine, memory, panels, runs } = services;
  if (runs.all.some((run) => run.runFolder === runFolder)) return;
  const summary = await readSummary(runFolder);
  if (!summary || summary.status === 'done' || summary.status === 'stopped' || summary.status === 'failed') {
    memory.setUnfinished(runFolder, false);
    return;
  }
  const { source } = summary.request;
  const { record } = await (await engine.api()).open(runFolder);
  if (record.status === 'running') {
    await tellOfOther(services, source, runFolder);
    return;
  }
  if (!wasShown && !(await askToResume(services, source, runFolder))) return;
  if (runs.find(source)) return;
  panels.show(source, runFolder);
  await runs.resume(source, runFolder);
}

/** Undefined when the question was closed without an answer: it is asked again the next time. */
async function askToResume({ memory }: Services, source: string, runFolder: string): Promise<boolean | undefined> {
  const resume = l10n.t('Resume');
  const chosen = await vscode.window.showInformationMessage(
    l10n.t('The scan of “{name}” was interrupted when the editor closed. What it reached is kept.', {
      name: sourceName(source),
    }),
    resume,
    l10n.t('Not Now'),
  );
  if (chosen === undefined) return undefined;
  memory.setUnfinished(runFolder, chosen === resume);
  return chosen === resume;
}

/** Another window on the same workspace, or what is left of one that lost its connection. */
async function tellOfOther({ panels }: Services, source: string, runFolder: string): Promise<void> {
  const show = l10n.t('Show');
  const text = l10n.t('“{name}” is being scanned by another window or program.', { name: sourceName(source) });
  if ((await vscode.window.showInformationMessage(text, show)) === show) panels.show(source, runFolder);
}
