/** An editor with the packaged extension, a browser on it, and a copy of the samples as its workspace. */
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import type { TestContext } from 'vitest';
import { launchBrowser } from '../editor/browser';
import { installEditor } from '../editor/install';
import { inRoot } from '../editor/places';
import { startEditor, type RunningEditor } from '../editor/server';
import { Workbench } from '../editor/workbench';
import { ReviewPanel } from './review-panel';

const execute = promisify(execFile);

export interface SessionOptions {
  /** Names the pictures and the log. */
  readonly name: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly width?: number;
  readonly height?: number;
  /** The workspace is trusted by nobody until a person says so. */
  readonly restricted?: boolean;
}

export interface Session {
  readonly editor: RunningEditor;
  readonly page: Page;
  readonly workbench: Workbench;
  readonly panel: ReviewPanel;
  /** What the page asked of other machines; the resource hosts of webviews never leave this one. */
  readonly foreignRequests: readonly string[];
  /** Keeps a picture of the window in artifacts/screenshots. */
  picture(name: string): Promise<void>;
  /** Process ids of this editor's engines. */
  engines(): Promise<number[]>;
  extensionHosts(): Promise<number[]>;
  end(): Promise<void>;
}

/** For `afterEach`: how the window looked when a test failed. */
export async function pictureOfFailure(session: Session, { task }: TestContext): Promise<void> {
  if (task.result?.state === 'fail') await session.picture(`failed-${task.name.replaceAll(/\W+/g, '-').slice(0, 60)}`);
}

/**
 * Starts one on the package that `npm run package` made.
 * @throws Error when there is no package, editor or browser
 */
export async function startSession(options: SessionOptions): Promise<Session> {
  const installation = await installEditor((line) => console.log(line));
  const samples = mkdtempSync(path.join(tmpdir(), 'are-'));
  cpSync(inRoot('samples/apples'), path.join(samples, 'apples'), { recursive: true });
  mkdirSync(inRoot('artifacts/screenshots'), { recursive: true });
  let editor: RunningEditor;
  try {
    editor = await startEditor(installation, {
      workspace: samples,
      workspaceName: 'samples',
      extensions: [packagedExtension()],
      settings: { 'workbench.colorTheme': 'Dark Modern', ...options.settings },
      log: inRoot(`artifacts/logs/editor-${options.name}.log`),
      workspaceTrust: options.restricted === true,
    });
  } finally {
    rmSync(samples, { recursive: true, force: true });
  }
  let browser: Browser | undefined;
  try {
    browser = await launchBrowser();
    const page = await browser.newPage({ viewport: { width: options.width ?? 1400, height: options.height ?? 900 } });
    const foreignRequests: string[] = [];
    page.on('request', (request) => {
      const { hostname, protocol, href } = new URL(request.url());
      const own = hostname === '127.0.0.1' || hostname.endsWith('.vscode-cdn.net') || !protocol.startsWith('http');
      if (!own) foreignRequests.push(href);
    });
    await page.addInitScript(() => {
      const seen: string[] = [];
      Object.assign(globalThis, { policyViolations: seen });
      document.addEventListener('securitypolicyviolation', (event) => {
        seen.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`);
      });
    });
    const workbench = new Workbench(page);
    await workbench.open(editor.url);
    return {
      editor,
      page,
      workbench,
      panel: new ReviewPanel(workbench),
      foreignRequests,
      picture: async (name) => {
        await page.screenshot({ path: inRoot(`artifacts/screenshots/${options.name}-${name}.png`) });
      },
      engines: () => processesOf(editor, 'dist/engine.js'),
      extensionHosts: () => processesOf(editor, '--type=extensionHost'),
      end: async () => {
        await browser?.close();
        await editor.stop();
      },
    };
  } catch (error) {
    await browser?.close();
    await editor.stop();
    throw error;
  }
}

/** Exactly what `npm run package` leaves. */
function packagedExtension(): string {
  const manifest: unknown = JSON.parse(readFileSync(inRoot('package.json'), 'utf8'));
  const version =
    typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : '';
  return inRoot(`artifacts/anomaly-review-${process.platform}-${process.arch}-${version}.vsix`);
}

/** Everything the editor starts belongs to its process group. */
async function processesOf(editor: RunningEditor, argument: string): Promise<number[]> {
  const { stdout } = await execute('ps', ['-Ao', 'pid=,pgid=,args='], { maxBuffer: 16 * 1024 * 1024 });
  return stdout
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(
      ([, group, ...words]) => Number(group) === editor.processId && words.some((word) => word.endsWith(argument)),
    )
    .map(([processId]) => Number(processId));
}
