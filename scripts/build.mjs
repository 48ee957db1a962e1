/**
 * `npm run build`: bundles into dist/; with `--test` also what the tests run. Does nothing when all is up to date;
 * `--force` builds anyway.
 */
import { chmodSync, cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { productBundles, testBundles } from './parts/bundles.mjs';
import { isFresh, noteDone } from './parts/freshness.mjs';
import { inRoot } from './parts/paths.mjs';
import { fail } from './parts/processes.mjs';

const toolSources = ['scripts/parts/bundles.mjs', 'scripts/build.mjs', 'package-lock.json', 'tsconfig.json'];

/**
 * Bundles what changed; ends the process when a bundle cannot be built (the others are built all the same).
 * @param {{ test?: boolean, force?: boolean }} [options]
 */
export async function build(options = {}) {
  await buildGroup('product', productBundles, ['src', 'webview', 'l10n'], options.force === true, copyAssets);
  if (options.test === true) await buildGroup('test', testBundles, ['src', 'test'], options.force === true);
}

/**
 * @param {string} name
 * @param {Record<string, import('esbuild').BuildOptions>} bundles
 * @param {readonly string[]} sources
 * @param {boolean} force
 * @param {() => void} [finish]
 */
async function buildGroup(name, bundles, sources, force, finish) {
  const stamp = inRoot(`.cache/build-${name}.stamp`);
  const products = Object.values(bundles).flatMap(({ outfile }) => (outfile === undefined ? [] : [inRoot(outfile)]));
  const watched = [...sources, ...toolSources].map((place) => inRoot(place));
  if (!force && isFresh(stamp, watched, products)) return;
  const begun = new Date();
  mkdirSync(inRoot('.cache'), { recursive: true });
  const { build: bundle } = await import('esbuild');
  const built = await Promise.allSettled(Object.values(bundles).map((options) => bundle(options)));
  const failed = Object.keys(bundles).filter((_, index) => built[index]?.status === 'rejected');
  if (failed.length > 0) fail(`Could not build ${failed.join(', ')}: esbuild says above why.`);
  const inputs = built.flatMap((result) =>
    result.status === 'fulfilled' ? Object.keys(result.value.metafile?.inputs ?? {}) : [],
  );
  writeFileSync(inRoot(`.cache/${name}-inputs.json`), JSON.stringify([...new Set(inputs)].sort(), null, 1));
  finish?.();
  noteDone(stamp, begun);
}

/** The icons the panel shows, and the mark that makes the command line a program. */
function copyAssets() {
  mkdirSync(inRoot('dist/codicons'), { recursive: true });
  for (const file of ['codicon.css', 'codicon.ttf']) {
    cpSync(inRoot('node_modules/@vscode/codicons/dist', file), inRoot('dist/codicons', file));
  }
  chmodSync(inRoot('dist/cli.js'), 0o755);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const started = performance.now();
  await build({ test: process.argv.includes('--test'), force: process.argv.includes('--force') });
  process.stderr.write(`Built in ${((performance.now() - started) / 1000).toFixed(1)} s.\n`);
}
