/**
 * Installs code-server — VS Code's own server, workbench and extension host, whole from npm — by the lock file beside
 * this file. Once it is there, nothing is asked of the network.
 */
import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { inRoot, installationFolder } from './places';

const execute = promisify(execFile);

export interface EditorInstallation {
  /** A Node 24, which code-server needs. */
  readonly node: string;
  /** code-server's entry script. */
  readonly entry: string;
}

/**
 * Finds the installation, or makes it (about half a minute, 800 MB).
 * @throws Error when this platform has no code-server or npm could not install it
 */
export async function installEditor(report: (line: string) => void): Promise<EditorInstallation> {
  if (process.platform === 'win32') {
    throw new Error('code-server does not run on Windows: install the .vsix of `npm run package` in VS Code instead.');
  }
  const lock = readFileSync(inRoot('test/editor/package-lock.json'), 'utf8');
  const stamp = path.join(installationFolder, 'installed-lock.json');
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lock) {
    report('Installing a browser-based VS Code for tests (once, about half a minute, 800 MB)…');
    rmSync(installationFolder, { recursive: true, force: true });
    mkdirSync(installationFolder, { recursive: true });
    for (const file of ['package.json', 'package-lock.json', '.npmrc']) {
      copyFileSync(inRoot('test/editor', file), path.join(installationFolder, file));
    }
    const server = path.join(installationFolder, 'node_modules/code-server/lib/vscode');
    await npm(['ci'], installationFolder);
    // Both carry a shrinkwrap of their own, which code-server's install script would follow.
    await npm(['install', '--omit=dev'], server);
    await npm(['install', '--omit=dev'], path.join(server, 'extensions'));
    writeFileSync(stamp, lock);
  }
  return { node: findNode(), entry: path.join(installationFolder, 'node_modules/code-server/out/node/entry.js') };
}

/** Only what this installation needs: no scripts, so nothing is compiled and nothing else is downloaded. */
async function npm(args: readonly string[], cwd: string): Promise<void> {
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error'];
  try {
    await execute('npm', [...args, ...quiet], { cwd, maxBuffer: 64 * 1024 * 1024 });
  } catch (error) {
    throw new Error(`npm ${args.join(' ')} failed in ${cwd}; is the network there?`, { cause: error });
  }
}

function findNode(): string {
  const carried = path.join(installationFolder, `node_modules/node-${process.platform}-${process.arch}/bin/node`);
  if (existsSync(carried)) return carried;
  if (process.versions.node.startsWith('24.')) return process.execPath;
  throw new Error(`code-server needs Node 24 here; this is ${process.version}. Run the same command with Node 24.`);
}
