/** Opening the run.json of a run folder opens its review: behind “Reopen Editor With…”, so that its text stays at hand. */
import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { openRun } from '../commands/runs';
import { reportError } from '../report-error';
import type { Services } from '../services';

const runEditorType = 'anomalyReview.run';

export function registerRunEditor(services: Services): vscode.Disposable {
  return vscode.window.registerCustomEditorProvider(
    runEditorType,
    {
      openCustomDocument: (uri) => ({ uri, dispose: () => undefined }),
      resolveCustomEditor: async ({ uri }, panel) => {
        // A source has one panel, whichever way it was opened: this tab makes room for it.
        panel.dispose();
        await openRun(services, vscode.Uri.file(dirname(uri.fsPath))).catch((error: unknown) =>
          reportError(error, services.log),
        );
      },
    },
    { supportsMultipleEditorsPerDocument: false },
  );
}
