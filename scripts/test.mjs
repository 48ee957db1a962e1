/**
 * `npm test [-- --only unit,engine] [--update-pictures]`: sets up, runs the gates of parts/gates.mjs in their lanes, and ends with one
 * line, `N passed, N failed, N skipped`, over all their tests. What they print is kept in artifacts/logs.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { inRoot } from './parts/paths.mjs';
import { run } from './parts/processes.mjs';
import { installPackages, requireNode } from './parts/requirements.mjs';

/** @typedef {import('./parts/gates.mjs').Gate} Gate */

requireNode();
const total = { passed: 0, failed: 0, skipped: 0 };
try {
  await installPackages();
  await runGates();
} catch (error) {
  total.failed += 1;
  process.stdout.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
} finally {
  process.stdout.write(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`);
  process.exitCode = total.failed > 0 ? 1 : 0;
}

async function runGates() {
  const { lanes } = await import('./parts/gates.mjs');
  const wish = process.argv.indexOf('--only');
  const only = wish < 0 ? undefined : (process.argv[wish + 1] ?? '').split(',');
  const chosen = lanes
    .map((lane) => lane.filter(({ name }) => only === undefined || only.includes(name)))
    .filter((lane) => lane.length > 0);
  if (chosen.length === 0) {
    const names = lanes.flat().map(({ name }) => name);
    throw new Error(`--only takes some of ${names.join(', ')}.`);
  }
  const needed = new Set(chosen.flat().flatMap(({ needs }) => needs));

  if (process.argv.includes('--update-pictures')) process.env['ANOMALY_REVIEW_UPDATE_PICTURES'] = '1';
  rmSync(inRoot('artifacts/logs'), { recursive: true, force: true });
  for (const folder of ['artifacts/logs', 'artifacts/reports']) mkdirSync(inRoot(folder), { recursive: true });

  /** Why a gate that needs this cannot run. @type {Map<string, string>} */
  const missing = new Map();
  await measured('set-up', async () => await setUp(needed, missing));

  // What several print at once nobody can read: then each shows what it has to say when it is done.
  const quiet = chosen.length > 1;
  const overviews = await Promise.all(chosen.map((lane) => runLane(lane, missing, quiet)));
  process.stdout.write(`\n${overviews.flat().join('\n')}\n\n`);
}

/**
 * @param {readonly Gate[]} lane
 * @param {Map<string, string>} missing
 * @param {boolean} quiet
 * @returns {Promise<string[]>} a line a gate
 */
async function runLane(lane, missing, quiet) {
  const overview = [];
  for (const gate of lane) {
    const reason = gate.needs.map((need) => missing.get(need)).find((text) => text !== undefined);
    const counts = reason === undefined ? await runGate(gate, quiet) : { passed: 0, failed: 0, skipped: 1 };
    if (reason !== undefined) process.stdout.write(`\n── ${gate.name}: skipped, since ${reason}\n`);
    if (gate.name === 'package' && counts.failed > 0) missing.set('package', 'the package could not be made');
    total.passed += counts.passed;
    total.failed += counts.failed;
    total.skipped += counts.skipped;
    const figures = `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`;
    overview.push(`  ${gate.name.padEnd(16)}${figures}${reason === undefined ? '' : `: ${reason}`}`);
  }
  return overview;
}

/**
 * @param {Gate} gate
 * @param {boolean} quiet
 */
function runGate(gate, quiet) {
  return measured(gate.name, async () => {
    const outcome = await gate.check(quiet);
    if (quiet) process.stdout.write(`\n── ${gate.name} printed:\n${outcome.output}`);
    return outcome;
  });
}

/**
 * Bundles, browser and editor, as far as the chosen gates need them.
 * @param {ReadonlySet<string>} needed
 * @param {Map<string, string>} missing
 */
async function setUp(needed, missing) {
  if (needed.size === 0) return;
  const bundling = await run(process.execPath, [inRoot('scripts/build.mjs'), '--test'], {
    log: inRoot('artifacts/logs/build.log'),
  });
  if (bundling.code !== 0) {
    // Counted once; what needs the bundles is skipped for this reason.
    total.failed += 1;
    missing.set('bundles', 'the build failed');
    return;
  }
  if (needed.has('browser')) {
    const { ensureBrowser } = await import('./parts/browser.mjs');
    const browser = await ensureBrowser();
    if ('missing' in browser) missing.set('browser', browser.missing);
    else process.env['CHROMIUM_PATH'] = browser.executable;
  }
  if (needed.has('editor')) {
    const { code } = await run(process.execPath, [inRoot('.cache/test-editor/set-up.mjs'), 'editor']);
    if (code !== 0) missing.set('editor', 'code-server could not be installed');
  }
}

/**
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
async function measured(name, work) {
  process.stdout.write(`\n── ${name}\n`);
  const started = performance.now();
  const result = await work();
  process.stdout.write(`── ${name}: ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
  return result;
}
