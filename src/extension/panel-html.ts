/** The page of a panel. Made anew for every panel, restored ones too: their old URIs belong to an older version. */
import * as l10n from '@vscode/l10n';
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { displayLocale, pageTexts } from './language';

/** Each page by its root element and its script. */
const pages = {
  review: { element: 'anomaly-review-panel', script: 'webview.js' },
  options: { element: 'scan-options-page', script: 'options.js' },
} as const;

/** `distribution` is the extension's `dist` folder; `webview` must have it among its resource roots. */
export function panelHtml(webview: vscode.Webview, distribution: vscode.Uri, page: keyof typeof pages): string {
  const { element, script } = pages[page];
  const nonce = randomBytes(16).toString('base64');
  const uri = (...path: string[]): string =>
    webview.asWebviewUri(vscode.Uri.joinPath(distribution, ...path)).toString();
  const policy = [
    `default-src 'none'`,
    // Decoded codes are drawn while a slider moves: they come in the message, not as files.
    `img-src ${webview.cspSource} data:`,
    `font-src ${webview.cspSource}`,
    `style-src ${webview.cspSource}`,
    `script-src 'nonce-${nonce}'`,
  ].join('; ');
  const { language, texts } = pageTexts();
  // `<` in a text could end the script element.
  const escapedTexts = texts.replaceAll('<', '\\u003c');
  return `<!doctype html>
<html lang="${attribute(language)}" data-locale="${attribute(displayLocale())}">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta http-equiv="Content-Security-Policy" content="${attribute(policy)}">
    <link rel="stylesheet" id="vscode-codicon-stylesheet" href="${attribute(uri('codicons', 'codicon.css'))}">
    <link rel="stylesheet" href="${attribute(uri('webview.css'))}">
    <title>Anomaly Review</title>
  </head>
  <body>
    <${element}>${text(l10n.t('Opening…'))}</${element}>
    <script type="application/json" id="l10n" nonce="${nonce}">${escapedTexts}</script>
    <script type="module" nonce="${nonce}" src="${attribute(uri(script))}"></script>
  </body>
</html>`;
}

function attribute(value: string): string {
  return text(value).replaceAll('"', '&quot;');
}

function text(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
