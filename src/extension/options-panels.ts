/** The open pages of *Scan with Options…*: one a source and mode. Opens, finds and restores them. */
import * as l10n from '@vscode/l10n';
import * as v from 'valibot';
import * as vscode from 'vscode';
import { connect } from '../shared/channel';
import { toErrorReport } from '../shared/errors';
import { optionsPageSchema, type OptionsPageState } from '../shared/scan-options';
import { sourceName } from '../shared/source-location';
import { createOptionsHost } from './options-host';
import { panelHtml } from './panel-html';
import { ScanMeasure } from './scan-measure';
import type { Services } from './services';
import { webviewPort } from './webview-port';

export const optionsViewType = 'anomalyReview.options';

export class OptionsPanels implements vscode.Disposable {
  private readonly open = new Map<string, vscode.WebviewPanel>();
  private readonly serializer: vscode.Disposable;

  constructor(private readonly services: () => Services) {
    this.serializer = vscode.window.registerWebviewPanelSerializer(optionsViewType, {
      deserializeWebviewPanel: (panel, kept: unknown) => {
        const page = v.safeParse(optionsPageSchema, kept);
        if (page.success && !this.open.has(keyOf(page.output))) this.fill(panel, page.output);
        else panel.dispose(); // it was closed before it had anything to show
        return Promise.resolve();
      },
    });
  }

  get areOpen(): boolean {
    return this.open.size > 0;
  }

  /** Opens the page, or shows the one that is open with what was entered there. */
  show(page: OptionsPageState): void {
    const existing = this.open.get(keyOf(page));
    if (existing) {
      existing.reveal();
      return;
    }
    const title =
      page.mode === 'train'
        ? l10n.t('Train: {name}', { name: sourceName(page.source) })
        : l10n.t('Scan: {name}', { name: sourceName(page.source) });
    this.fill(vscode.window.createWebviewPanel(optionsViewType, title, vscode.ViewColumn.Active), page);
  }

  dispose(): void {
    this.serializer.dispose();
    for (const panel of [...this.open.values()]) panel.dispose();
  }

  private fill(panel: vscode.WebviewPanel, page: OptionsPageState): void {
    const services = this.services();
    const { distribution, log } = services;
    const pictures = vscode.Uri.joinPath(distribution, '..', 'media');
    panel.iconPath = {
      light: vscode.Uri.joinPath(pictures, 'panel-light.svg'),
      dark: vscode.Uri.joinPath(pictures, 'panel-dark.svg'),
    };
    this.open.set(keyOf(page), panel);
    const measure = new ScanMeasure(services.engine);
    const host = createOptionsHost(page, services, measure, () => {
      setTimeout(() => void panel.dispose(), 0); // once the page has had its answer
    });
    const connection = connect(host, webviewPort(panel.webview), {
      onDefect: (error, method) => log.error(`${method}: ${toErrorReport(error).message}`),
    });
    panel.onDidDispose(() => {
      this.open.delete(keyOf(page));
      measure.dispose();
      connection.close();
    });
    panel.webview.options = { enableScripts: true, localResourceRoots: [distribution] };
    panel.webview.html = panelHtml(panel.webview, distribution, 'options');
  }
}

function keyOf({ mode, source }: OptionsPageState): string {
  return `${mode} ${source}`;
}
