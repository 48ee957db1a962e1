/** The Chromium that tests drive. */
import { existsSync } from 'node:fs';
import { inRoot } from './paths.mjs';
import { run } from './processes.mjs';

/** @typedef {{ executable: string } | { missing: string }} FoundBrowser */

/**
 * Finds one; where root is on Debian and there is none, installs Debian's.
 * @returns {Promise<FoundBrowser>} `missing` says why there is none
 */
export async function ensureBrowser() {
  const found = await findBrowser();
  if (found !== undefined) return { executable: found };
  if (!existsSync('/etc/debian_version') || process.getuid?.() !== 0) {
    return { missing: 'no Chromium or Chrome was found; install one, or name one by CHROMIUM_PATH' };
  }
  process.stderr.write('Installing Chromium for the tests (once)…\n');
  // Another installation may hold dpkg's lock for a while.
  const patience = ['-o', 'DPkg::Lock::Timeout=300', '-o', 'Acquire::Retries=3'];
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update', '-q', ...patience], { env: environment, quiet: true, timeoutMs: 300_000 });
  const installation = await run(
    'apt-get',
    ['install', '-y', '-q', '--no-install-recommends', ...patience, 'chromium'],
    {
      env: environment,
      quiet: true,
      timeoutMs: 600_000,
    },
  );
  const installed = await findBrowser();
  if (installed !== undefined) return { executable: installed };
  const lastLine = installation.output.trim().split('\n').at(-1) ?? '';
  return { missing: `Chromium could not be installed: ${lastLine}` };
}

/** Asks the tests' own tool, so that both look in the same places. */
async function findBrowser() {
  const { output } = await run(process.execPath, [inRoot('.cache/test-editor/set-up.mjs'), 'browser'], { quiet: true });
  return output === '' ? undefined : output;
}
