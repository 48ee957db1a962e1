/** Runs a mocha suite in code-server's extension host, by the workbench's own driver for smoke tests. */
import { createWriteStream } from 'node:fs';
import { launchBrowser } from './browser';
import type { EditorInstallation } from './install';
import { startEditor, type EditorOptions } from './server';

export interface SuiteRun {
  readonly extension: string;
  /** A module that exports `run(): Promise<void>`. */
  readonly suite: string;
  readonly editor: EditorOptions;
  readonly timeoutMs: number;
  /** A file for the console of workbench and extension host, which say far more than the suite does. */
  readonly console: string;
}

/**
 * Resolves with the exit code the extension host gave: 0 when the suite passed.
 * @throws Error when it does not end in time
 */
export async function runSuite(installation: EditorInstallation, request: SuiteRun): Promise<number> {
  const editor = await startEditor(installation, { ...request.editor, smokeTestDriver: true });
  const browser = await launchBrowser();
  const console = createWriteStream(request.console);
  try {
    const page = await browser.newPage();
    const ended = new Promise<number>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`The suite did not end within ${request.timeoutMs / 1000} s.`)),
        request.timeoutMs,
      );
      void page.exposeFunction('codeAutomationExit', (code: number) => {
        clearTimeout(timer);
        resolve(code);
      });
    });
    await page.exposeFunction('codeAutomationLog', (kind: string, parts: unknown[]) => {
      console.write(`${kind}: ${parts.map(asText).join(' ')}\n`);
    });
    await page.goto(`${editor.url}&payload=${encodeURIComponent(JSON.stringify(payload(editor.authority, request)))}`);
    return await ended;
  } finally {
    await browser.close();
    await editor.stop();
    console.end();
  }
}

function payload(authority: string, request: SuiteRun): [string, string][] {
  return [
    ['extensionDevelopmentPath', `vscode-remote://${authority}${request.extension}`],
    ['extensionTestsPath', `vscode-remote://${authority}${request.suite}`],
    ['enableProposedApi', ''],
    ['skipWelcome', 'true'],
    ['skipReleaseNotes', 'true'],
  ];
}

function asText(part: unknown): string {
  return typeof part === 'string' ? part : JSON.stringify(part);
}
