/** The packages of TensorFlow.js, by npm: it knows the user's registry, proxies and certificates. */
import * as l10n from '@vscode/l10n';
import { existsSync } from 'node:fs';
import { readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../../../shared/errors';
import { packageLock, type Release } from './release';
import { runTool, ToolMissing } from './run-tool';

/**
 * Installs exactly what the lock says, without any of the packages' own scripts.
 * @returns the folder of the package that the addon belongs to
 * @throws UserError `backend-unavailable` when npm is missing or fails, or `cancelled`
 */
export async function installPackages(release: Release, folder: string, signal: AbortSignal): Promise<string> {
  const lock = packageLock(release);
  const { dependencies } = lock.packages[''];
  const manifest = { name: lock.name, private: true, dependencies };
  await writeFile(path.join(folder, 'package.json'), JSON.stringify(manifest));
  await writeFile(path.join(folder, 'package-lock.json'), JSON.stringify(lock));
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const [tool, ...before] = npm();
  try {
    await runTool(tool, [...before, ...args], { folder, signal });
  } catch (error) {
    if (error instanceof UserError && error.code !== 'cancelled') {
      throw new UserError(
        'backend-unavailable',
        l10n.t(
          'npm could not get the packages of TensorFlow.js. Check the network and the registry that npm is set up for, and try again. {0}',
          error.message,
        ),
        { cause: error },
      );
    }
    throw error instanceof ToolMissing ? npmMissing(error) : error;
  }
  await removeSourceMaps(folder);
  return path.join(folder, 'node_modules', ...release.packageName.split('/'));
}

/** Asked before gigabytes are downloaded. @throws UserError `backend-unavailable`, or `cancelled` */
export async function requireNpm(folder: string, signal: AbortSignal): Promise<void> {
  const [tool, ...before] = npm();
  try {
    await runTool(tool, [...before, '--version'], { folder, signal });
  } catch (error) {
    throw error instanceof ToolMissing ? npmMissing(error) : error;
  }
}

function npmMissing(cause: ToolMissing): UserError {
  return new UserError(
    'backend-unavailable',
    l10n.t(
      'To install TensorFlow.js npm is needed, which comes with Node.js. Install Node.js 20 or later with npm, and try again.',
    ),
    { cause },
  );
}

/** npm of this very Node.js where it lies beside it; a shell's npm may belong to another. */
function npm(): readonly [tool: string, ...before: string[]] {
  const beside = path.join(path.dirname(process.execPath), '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js');
  return existsSync(beside) ? [process.execPath, beside] : ['npm'];
}

/** Two thirds of the packages, and nobody reads them. */
async function removeSourceMaps(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const maps = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.map'));
  for (const { parentPath, name } of maps) await rm(path.join(parentPath, name));
}
