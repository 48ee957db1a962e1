/** Shows what went wrong, with the button that helps. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { UserError, toErrorReport, type ErrorCode } from '../shared/errors';
import { configurationSection } from './settings';

interface Remedy {
  readonly label: string;
  run(log: vscode.LogOutputChannel): unknown;
}

/** Logs everything, tells the person everything but cancellations; does not wait for the message to be closed. */
export function reportError(error: unknown, log: vscode.LogOutputChannel): void {
  const { code, message } = toErrorReport(error);
  if (code === 'cancelled') return;
  log.error(error instanceof Error && !(error instanceof UserError) ? error : `${code}: ${message}`);
  const remedies = remediesFor(code);
  void vscode.window.showErrorMessage(message, ...remedies.map(({ label }) => label)).then((chosen) => {
    remedies.find(({ label }) => label === chosen)?.run(log);
  });
}

function remediesFor(code: ErrorCode): Remedy[] {
  switch (code) {
    case 'settings-invalid':
    case 'model-invalid':
      return [
        {
          label: l10n.t('Open Settings'),
          run: () => vscode.commands.executeCommand('workbench.action.openSettings', configurationSection),
        },
      ];
    case 'internal':
    case 'engine-stopped':
    case 'backend-unavailable':
    case 'training-diverged':
      return [{ label: l10n.t('Show Log'), run: (log) => log.show() }];
    default:
      return [];
  }
}
