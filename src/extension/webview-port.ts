import * as vscode from 'vscode';
import type { Port } from '../shared/channel';

/** The border to the page of a webview. */
export function webviewPort(webview: vscode.Webview): Port {
  const subscriptions: vscode.Disposable[] = [];
  return {
    post: (message) => webview.postMessage(message),
    on: (listener) => void webview.onDidReceiveMessage(listener, undefined, subscriptions),
    off: () => void vscode.Disposable.from(...subscriptions).dispose(),
  };
}
