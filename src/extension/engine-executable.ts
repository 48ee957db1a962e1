/** Which program runs the engine: a real Node, because native modules such as sharp crash in Electron on Linux. */
import { execFile } from 'node:child_process';
import { isAbsolute } from 'node:path';
import { promisify } from 'node:util';

export interface EngineExecutable {
  readonly path: string;
  /** The child's whole environment. */
  readonly env: NodeJS.ProcessEnv;
}

/** Why there is none; the caller words it. */
export type ExecutableProblem =
  | { readonly problem: 'configured-relative'; readonly path: string }
  | { readonly problem: 'configured-broken'; readonly path: string; readonly detail: string }
  | { readonly problem: 'configured-old'; readonly path: string; readonly version: string }
  | { readonly problem: 'node-missing' }
  | { readonly problem: 'node-old'; readonly version: string };

/** The process that asks; a parameter so that every platform's choice can be tested on one. */
export interface HostProcess {
  readonly execPath: string;
  readonly platform: NodeJS.Platform;
  readonly electron: boolean;
  readonly env: NodeJS.ProcessEnv;
}

export const leastNodeVersion = '20.9.0';
const versionTimeoutMs = 10_000;

/**
 * The setting's path when it is not empty; else this process's own executable when that is Node; else, on Electron,
 * its binary in Node mode on macOS and Windows, and `node` on the PATH on Linux.
 */
export async function findEngineExecutable(
  configured: string,
  host: HostProcess = thisProcess(),
): Promise<EngineExecutable | ExecutableProblem> {
  const env = cleanEnvironment(host.env);
  if (configured !== '') {
    if (!isAbsolute(configured)) return { problem: 'configured-relative', path: configured };
    const found = await nodeVersion(configured, env);
    if ('error' in found) return { problem: 'configured-broken', path: configured, detail: found.error };
    if (isOlder(found.version, leastNodeVersion)) {
      return { problem: 'configured-old', path: configured, version: found.version };
    }
    return { path: configured, env };
  }
  if (!host.electron) return { path: host.execPath, env };
  if (host.platform === 'darwin' || host.platform === 'win32') {
    return { path: host.execPath, env: { ...env, ELECTRON_RUN_AS_NODE: '1' } };
  }
  const found = await nodeVersion('node', env);
  if ('error' in found) return { problem: 'node-missing' };
  if (isOlder(found.version, leastNodeVersion)) return { problem: 'node-old', version: found.version };
  return { path: 'node', env };
}

function thisProcess(): HostProcess {
  return {
    execPath: process.execPath,
    platform: process.platform,
    electron: process.versions['electron'] !== undefined,
    env: process.env,
  };
}

/** Without what the editor sets for its own processes: debugging flags and Electron modes must not be inherited. */
function cleanEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const foreign = /^(NODE_OPTIONS|NODE_CHANNEL_|ELECTRON_|VSCODE_)/;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !foreign.test(name)));
}

async function nodeVersion(path: string, env: NodeJS.ProcessEnv): Promise<{ version: string } | { error: string }> {
  try {
    const { stdout } = await promisify(execFile)(path, ['-p', 'process.versions.node'], {
      env,
      timeout: versionTimeoutMs,
    });
    const version = stdout.trim();
    return /^\d+\.\d+\.\d+/.test(version) ? { version } : { error: `it answered “${version.slice(0, 80)}”` };
  } catch (error) {
    return { error: error instanceof Error ? (error.message.split('\n')[0] ?? error.name) : String(error) };
  }
}

function isOlder(version: string, least: string): boolean {
  return version.localeCompare(least, 'en', { numeric: true }) < 0;
}
