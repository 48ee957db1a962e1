/**
 * The editor in a browser with no machine behind it. Nothing of this extension can run there; whoever tries is told so,
 * and where it can.
 */
import * as l10n from '@vscode/l10n';
import * as v from 'valibot';
import * as vscode from 'vscode';
import { english, languageFor } from './language-choice';

const manifestSchema = v.object({
  contributes: v.object({
    commands: v.array(v.object({ command: v.string() })),
    views: v.object({ anomalyReview: v.array(v.object({ id: v.string() })) }),
  }),
});

const advice = 'https://code.visualstudio.com/docs/editor/vscode-web';

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  await useEditorsLanguage(context.extensionUri);
  const { commands, views } = v.parse(manifestSchema, context.extension.packageJSON).contributes;
  for (const { command } of commands) {
    context.subscriptions.push(vscode.commands.registerCommand(command, explain));
  }
  // An empty list shows the view's own words of welcome.
  for (const { id } of views.anomalyReview) {
    context.subscriptions.push(
      vscode.window.registerTreeDataProvider(id, { getChildren: () => [], getTreeItem: () => new vscode.TreeItem('') }),
    );
  }
}

async function explain(): Promise<void> {
  const more = l10n.t('Learn More');
  const chosen = await vscode.window.showErrorMessage(
    l10n.t(
      'Anomaly Review trains a network on this computer or on a remote one, and this editor runs in the browser alone. Open the folder in VS Code on a computer, over Remote SSH, in a container, in a codespace or in code-server.',
    ),
    more,
  );
  if (chosen === more) await vscode.env.openExternal(vscode.Uri.parse(advice));
}

async function useEditorsLanguage(extension: vscode.Uri): Promise<void> {
  const tag = languageFor('auto', vscode.env.language, undefined);
  if (tag === english) return;
  const file = vscode.Uri.joinPath(extension, 'l10n', `bundle.l10n.${tag}.json`);
  try {
    l10n.config({ contents: new TextDecoder().decode(await vscode.workspace.fs.readFile(file)) });
  } catch {
    // English will be understood more often than nothing.
  }
}
