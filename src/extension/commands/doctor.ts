/** A page that says what works on this machine, and why not what does not. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { EngineDescription } from '../../shared/contracts';
import type { Services } from '../services';

const scheme = 'anomaly-review-doctor';

/** Read-only, so that closing it asks nothing. */
class DoctorPage implements vscode.TextDocumentContentProvider {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;
  readonly uri = vscode.Uri.from({ scheme, path: '/Anomaly Review Doctor.md' });
  private text = '';

  provideTextDocumentContent(): string {
    return this.text;
  }

  show(text: string): void {
    this.text = text;
    this.changed.fire(this.uri);
  }
}

let page: DoctorPage | undefined;

export async function doctor({ engine, subscriptions }: Services): Promise<void> {
  const title = l10n.t('Checking what works here…');
  const description = await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, () =>
    engine.describeThoroughly(),
  );
  if (!page) {
    page = new DoctorPage();
    subscriptions.push(vscode.workspace.registerTextDocumentContentProvider(scheme, page));
  }
  page.show(report(description));
  await vscode.commands.executeCommand('markdown.showPreview', page.uri);
}

function report({ versions, executable, processId, backends }: EngineDescription): string {
  const devices = backends.map(({ backend, device, available, detail, milliseconds }) => {
    const works = available ? l10n.t('works') : l10n.t('does not work');
    const time = milliseconds === undefined ? '' : `${Math.round(milliseconds)} ms`;
    return row([backend, device, works, detail, time]);
  });
  return [
    `# ${l10n.t('What works here')}`,
    '',
    row(['', l10n.t('Device'), l10n.t('State'), l10n.t('Why'), l10n.t('Time')]),
    row(['---', '---', '---', '---', '---:']),
    ...devices,
    '',
    `## ${l10n.t('Engine')}`,
    '',
    `- ${l10n.t('Program: {path}, process {processId}', { path: executable, processId })}`,
    ...Object.entries(versions).map(([name, version]) => `- ${name} ${version}`),
    '',
  ].join('\n');
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
}
