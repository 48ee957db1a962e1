/** What has to be there before anything else runs: a Node that is new enough, and the packages of the lock file. */
import { existsSync, statSync } from 'node:fs';
import { inRoot } from './paths.mjs';
import { fail, run } from './processes.mjs';

/** Ends the script with one sentence when this Node is too old. */
export function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 9)) {
    fail(
      `Anomaly Review needs Node 20.9 or later; this is ${process.version}. Install a newer one from https://nodejs.org.`,
    );
  }
}

/** `npm ci` when the packages are missing or older than the lock file; needs the network only then. */
export async function installPackages() {
  const lock = inRoot('package-lock.json');
  // npm writes this file at the end of an installation, so a broken-off one does not count.
  const installed = inRoot('node_modules/.package-lock.json');
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return;
  process.stderr.write('Installing the packages (once, about a minute)…\n');
  const { code, output } = await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { quiet: true });
  if (code !== 0) {
    process.stderr.write(`${output}\n`);
    fail('The packages could not be installed: see npm above. Is the network there? Run the same command again.');
  }
}
