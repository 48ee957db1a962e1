/** One code-server: its own throwaway folder, its own port on the loopback address, ended with all its children. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { cpSync, createWriteStream, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { EditorInstallation } from './install';

const execute = promisify(execFile);

export interface EditorOptions {
  /** Folder that is copied and opened; absent: an empty one. */
  readonly workspace?: string;
  /** Name of the copy. */
  readonly workspaceName?: string;
  /** Packaged extensions to install. */
  readonly extensions?: readonly string[];
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly environment?: Readonly<Record<string, string>>;
  /** Hides toasts and dialogs, and lets a page run a test suite in the extension host. */
  readonly smokeTestDriver?: boolean;
  /** Ask for trust as the desktop does. */
  readonly workspaceTrust?: boolean;
  /** Opens this very folder instead of a copy. */
  readonly inPlace?: boolean;
  /** What the server prints goes here. */
  readonly log?: string;
}

export interface RunningEditor {
  /** http://127.0.0.1:PORT */
  readonly address: string;
  readonly authority: string;
  /** The workbench on the workspace. */
  readonly url: string;
  readonly workspace: string;
  /** The throwaway folder, which is HOME and TMPDIR of the editor. */
  readonly folder: string;
  readonly processId: number;
  stop(): Promise<void>;
}

const quietSettings = {
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'workbench.startupEditor': 'none',
  'workbench.reduceMotion': 'on',
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'chat.disableAIFeatures': true,
  'git.enabled': false,
  'extensions.ignoreRecommendations': true,
  'security.workspace.trust.startupPrompt': 'never',
};

/**
 * Starts the editor and resolves when it answers.
 * @throws Error when it ends or does not answer within a minute
 */
export async function startEditor(
  installation: EditorInstallation,
  options: EditorOptions = {},
): Promise<RunningEditor> {
  // Sockets lie in it, whose paths may not be long: not the long temporary folders of macOS.
  const folder = mkdtempSync(path.join(process.platform === 'darwin' ? '/tmp' : tmpdir(), 'ar-'));
  const workspace = placeWorkspace(folder, options);
  const settingsFolder = path.join(folder, 'ud', 'User');
  const machineFolder = path.join(folder, 'ud', 'Machine');
  for (const made of [settingsFolder, machineFolder, path.join(folder, 'ext'), path.join(folder, 'tmp')])
    mkdirSync(made, { recursive: true });
  // A change while the editor runs goes unnoticed, so they are all there before the start.
  writeFileSync(
    path.join(settingsFolder, 'settings.json'),
    JSON.stringify({ ...quietSettings, ...options.settings }, null, 2),
  );
  // Programs and backends are chosen for the machine; those settings are read from here alone.
  const ofMachine = Object.entries(options.settings ?? {}).filter(([key]) => key.includes('.engine.'));
  writeFileSync(path.join(machineFolder, 'settings.json'), JSON.stringify(Object.fromEntries(ofMachine), null, 2));

  const environment = editorEnvironment(folder, options.environment ?? {});
  const places = ['--user-data-dir', path.join(folder, 'ud'), '--extensions-dir', path.join(folder, 'ext')];
  const config = ['--config', path.join(folder, 'config.yaml')];
  writeFileSync(path.join(folder, 'config.yaml'), '');
  for (const extension of options.extensions ?? []) {
    await execute(installation.node, [installation.entry, ...config, ...places, '--install-extension', extension], {
      env: environment,
      cwd: folder,
    });
  }

  const port = await freePort();
  const authority = `127.0.0.1:${port}`;
  const child = spawn(
    installation.node,
    [
      installation.entry,
      ...config,
      ...places,
      ...['--auth', 'none', '--bind-addr', authority],
      ...['--disable-telemetry', '--disable-update-check', '--disable-getting-started-override', '--disable-proxy'],
      '--ignore-last-opened',
      ...(options.workspaceTrust === true ? [] : ['--disable-workspace-trust']),
      ...(options.smokeTestDriver === true ? ['--vscode-option', 'enable-smoke-test-driver'] : []),
    ],
    { cwd: folder, env: environment, detached: true, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let printed = '';
  if (options.log !== undefined) mkdirSync(path.dirname(options.log), { recursive: true });
  const log = options.log === undefined ? undefined : createWriteStream(options.log);
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data: Buffer) => {
      printed = (printed + data.toString()).slice(-20_000);
      log?.write(data);
    });
  }

  // A test run that is broken off leaves no editor behind.
  const abandon = (): void => killGroup(child);
  process.once('exit', abandon);
  const stop = async (): Promise<void> => {
    await endGroup(child);
    process.off('exit', abandon);
    log?.end();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };
  const address = `http://${authority}`;
  try {
    await untilHealthy(address, child, () => printed);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    address,
    authority,
    url: `${address}/?folder=${encodeURIComponent(workspace)}`,
    workspace,
    folder,
    processId: child.pid ?? 0,
    stop,
  };
}

function placeWorkspace(folder: string, options: EditorOptions): string {
  if (options.inPlace === true && options.workspace !== undefined) return options.workspace;
  const workspace = path.join(folder, options.workspaceName ?? 'workspace');
  mkdirSync(workspace, { recursive: true });
  if (options.workspace !== undefined) cpSync(options.workspace, workspace, { recursive: true });
  return workspace;
}

/** Nothing of the editor or test runner around us leaks in, and nothing of the user's own settings. */
function editorEnvironment(folder: string, more: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(
    ([name]) =>
      name === 'VSCODE_TEST_OPTIONS' ||
      !/^(VSCODE_|ELECTRON_|VITEST|npm_|NODE_OPTIONS$|NODE_ENV$|PORT$|PASSWORD$|XDG_)/.test(name),
  );
  return {
    ...Object.fromEntries(own),
    HOME: folder,
    TMPDIR: path.join(folder, 'tmp'),
    XDG_CONFIG_HOME: path.join(folder, 'config'),
    XDG_DATA_HOME: path.join(folder, 'data'),
    XDG_STATE_HOME: path.join(folder, 'state'),
    XDG_CACHE_HOME: path.join(folder, 'cache'),
    XDG_RUNTIME_DIR: path.join(folder, 'tmp'),
    EXTENSIONS_GALLERY: '{"serviceUrl":""}',
    ...more,
  };
}

async function freePort(): Promise<number> {
  return await new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('No free port.'));
        else resolve(address.port);
      });
    });
  });
}

async function untilHealthy(address: string, child: ChildProcess, printed: () => string): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null) break;
    try {
      const answer = await fetch(`${address}/healthz`);
      if (answer.status === 200) return;
    } catch {
      // Not listening yet.
    }
    await delay(100);
  }
  throw new Error(`code-server did not start. It printed:\n${printed()}`);
}

/** First politely; then the whole group, since the file watcher and the extension host live on for a while. */
async function endGroup(child: ChildProcess): Promise<void> {
  const { pid } = child;
  if (pid === undefined) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  if (child.exitCode === null && child.signalCode === null) {
    child.kill('SIGTERM');
    await Promise.race([ended, delay(5_000, undefined, { ref: false })]);
  }
  killGroup(child);
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The group is gone already.
  }
}
