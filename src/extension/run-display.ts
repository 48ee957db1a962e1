/** Shows scans outside of their panels: a notification with Cancel, the status bar, a word at the end. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { fromErrorReport } from '../shared/errors';
import { formatCount } from '../shared/format';
import { sourceName } from '../shared/source-location';
import { displayLocale } from './language';
import { phaseName, progressPercent, progressText } from './progress-text';
import { reportError } from './report-error';
import type { ScanQueue } from './scan-queue';
import type { ActiveRun, EndedRun } from './scan-runs';
import type { Services } from './services';
import { Throttle } from './throttle';

/** Shows the panel of the scan that runs; behind the status bar item, not in the palette. */
export const showRunningCommand = 'anomalyReview.showRunning';
/** For the `when` clauses of commands that need a running scan. */
const runningContext = 'anomalyReview.running';
const updateEveryMs = 250;

export function displayRuns(services: Services): vscode.Disposable {
  const { runs, queue } = services;
  const status = vscode.window.createStatusBarItem('anomalyReview.scan', vscode.StatusBarAlignment.Left);
  status.name = 'Anomaly Review';
  status.command = showRunningCommand;
  const throttle = new Throttle<undefined>(updateEveryMs, () => showStatus(status, runs.all, queue));
  const refresh = (): void => {
    throttle.push(undefined);
    void vscode.commands.executeCommand('setContext', runningContext, runs.all.length > 0);
  };
  return vscode.Disposable.from(
    status,
    throttle,
    runs.onDidStart((run) => {
      refresh();
      showNotification(services, run);
    }),
    runs.onDidProgress(() => throttle.push(undefined)),
    queue.onDidChange(() => throttle.push(undefined)),
    // Said aside of the panel as well: it may be closed, and there the sentence goes when the run goes on.
    runs.onDidChange(({ notice }) => notice && warn(notice.text, services.log)),
    runs.onDidEnd((ended) => {
      refresh();
      announceEnd(services, ended);
    }),
  );
}

function warn(text: string, log: vscode.LogOutputChannel): void {
  const showLog = l10n.t('Show Log');
  void vscode.window.showWarningMessage(text, showLog).then((chosen) => {
    if (chosen === showLog) log.show();
  });
}

function showStatus(status: vscode.StatusBarItem, running: readonly ActiveRun[], { position }: ScanQueue): void {
  const newest = running.at(-1);
  if (!newest) {
    status.hide();
    return;
  }
  const { name, progress } = newest;
  const percent = progress ? Math.round(progressPercent(progress)) : 0;
  const place = position && l10n.t('{place} of {of}', position);
  status.text = ['$(loading~spin)', name, ...(place === undefined ? [] : [`(${place})`]), `${percent} %`].join(' ');
  status.tooltip = progress ? progressText(progress) : phaseName('listing');
  status.accessibilityInformation = {
    label: l10n.t('Scanning “{name}”: {percent} per cent', { name, percent }),
    role: 'button',
  };
  status.show();
}

function showNotification({ runs, log }: Services, run: ActiveRun): void {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: l10n.t('Scanning “{name}”', { name: run.name }),
    cancellable: true,
  };
  void vscode.window.withProgress(options, async (notification, token) => {
    let shown = 0;
    const throttle = new Throttle<ActiveRun>(updateEveryMs, ({ progress, notice }) => {
      if (!progress) return;
      const percent = progressPercent(progress);
      notification.report({ message: notice?.text ?? progressText(progress), increment: Math.max(0, percent - shown) });
      shown = Math.max(shown, percent);
    });
    const listeners = vscode.Disposable.from(
      throttle,
      runs.onDidProgress((changed) => changed === run && throttle.push(run)),
      runs.onDidChange((changed) => changed === run && throttle.push(run)),
      token.onCancellationRequested(() =>
        runs.stop(run.source, 'save').catch((error: unknown) => reportError(error, log)),
      ),
    );
    await run.ended;
    listeners.dispose();
  });
}

function announceEnd(services: Services, { source, runFolder, record, error, isRescoring }: EndedRun): void {
  if (runFolder === undefined) return; // whoever asked for the scan says why there is none
  const { log, panels, runs } = services;
  if (error !== undefined) {
    reportError(error, log);
    return;
  }
  if (!record) return;
  log.info(`${runFolder}: ${record.status}`);
  const name = sourceName(source);
  if (record.status === 'failed') {
    reportError(fromErrorReport(record.error ?? { code: 'internal', message: l10n.t('The scan failed.') }), log);
  } else if (record.status === 'stopped' && isRescoring) {
    void vscode.window.showInformationMessage(
      l10n.t('Scoring “{name}” anew was stopped. The former scores stay.', { name }),
    );
  } else if (record.status === 'stopped' || record.status === 'interrupted') {
    const resume = l10n.t('Resume');
    const text = l10n.t('The scan of “{name}” was stopped. What it reached is kept.', { name });
    void vscode.window.showInformationMessage(text, resume).then(async (chosen) => {
      if (chosen === resume) await runs.resume(source, runFolder).catch((reason: unknown) => reportError(reason, log));
    });
  } else if (record.status === 'done' && !panels.isVisible(source)) {
    const review = l10n.t('Review');
    const images = formatCount(record.images, displayLocale());
    const text =
      record.images === 1
        ? l10n.t('“{name}” is ready: 1 image.', { name })
        : l10n.t('“{name}” is ready: {images} images, the strangest first.', { name, images });
    void vscode.window.showInformationMessage(text, review).then((chosen) => {
      if (chosen === review) panels.show(source, runFolder);
    });
  }
}
