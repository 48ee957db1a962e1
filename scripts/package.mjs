/**
 * `npm run package [-- --target linux-x64]`: the .vsix for one platform, in artifacts/. It is laid out in a folder of its
 * own, so that exactly what is on the lists ships.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';
import { productBundles } from './parts/bundles.mjs';
import { isFresh, noteDone } from './parts/freshness.mjs';
import { copyNativePackages, thirdPartyNotices, thisTarget } from './parts/native-packages.mjs';
import { inRoot } from './parts/paths.mjs';
import { fail } from './parts/processes.mjs';
import { installPackages, requireNode } from './parts/requirements.mjs';

const maximalBytes = 30e6;
/** Fields of package.json that stay at home; vsce would follow the dependencies into node_modules. */
const onlyForDevelopers = [
  'scripts',
  'private',
  'bin',
  'dependencies',
  'devDependencies',
  'optionalDependencies',
  'overrides',
];
const sources = [
  'dist',
  'media',
  'l10n',
  'package.json',
  'package.nls.json',
  'package.nls.ru.json',
  'package.nls.lv.json',
  'package.nls.zh-cn.json',
  'README.md',
  'CHANGELOG.md',
  'LICENSE',
];
const tools = ['.vscodeignore', 'scripts/package.mjs', 'scripts/parts/native-packages.mjs'];

/**
 * Makes the package, or finds the one that is up to date. The bundles have to be there.
 * @param {string} [target]
 * @returns {Promise<{ file: string, bytes: number }>}
 */
export async function makePackage(target = thisTarget) {
  const manifest = JSON.parse(readFileSync(inRoot('package.json'), 'utf8'));
  const file = inRoot('artifacts', `${manifest.name}-${target}-${manifest.version}.vsix`);
  const stamp = inRoot('.cache', `package-${target}.stamp`);
  const watched = [...sources, ...tools].map((place) => inRoot(place));
  if (!isFresh(stamp, watched, [file])) {
    const begun = new Date();
    const stage = inRoot('.cache', `stage-${target}`);
    await layOut(stage, target, manifest);
    const { createVSIX } = await import('@vscode/vsce');
    mkdirSync(inRoot('artifacts'), { recursive: true });
    await createVSIX({ cwd: stage, packagePath: file, target, dependencies: false });
    noteDone(stamp, begun);
  }
  return { file, bytes: statSync(file).size };
}

/**
 * @param {string} stage
 * @param {string} target
 * @param {Record<string, unknown>} manifest
 */
async function layOut(stage, target, manifest) {
  const { listFiles, PackageManager } = await import('@vscode/vsce');
  rmSync(stage, { recursive: true, force: true });
  const files = await listFiles({ cwd: inRoot(), packageManager: PackageManager.None });
  for (const file of files) cpSync(inRoot(file), path.join(stage, file));
  // What starts a thread looks for its bundle beside itself, and does without where there is none: nobody would notice.
  const missing = Object.values(productBundles).filter(({ outfile = '' }) => !existsSync(path.join(stage, outfile)));
  if (missing.length > 0) fail(`Missing in the package: ${missing.map(({ outfile }) => outfile).join(', ')}.`);
  const shipped = Object.fromEntries(Object.entries(manifest).filter(([field]) => !onlyForDevelopers.includes(field)));
  writeFileSync(path.join(stage, 'package.json'), `${JSON.stringify(shipped, null, 2)}\n`);
  cpSync(inRoot('.vscodeignore'), path.join(stage, '.vscodeignore'));
  const bundled = JSON.parse(readFileSync(inRoot('.cache/product-inputs.json'), 'utf8'));
  writeFileSync(path.join(stage, 'ThirdPartyNotices.txt'), `${thirdPartyNotices(bundled)}\n`);
  // In a browser nothing native runs; all that works there is to say so.
  if (target !== 'web') copyNativePackages(path.join(stage, 'dist/node_modules'), target);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  requireNode();
  await installPackages();
  await build();
  const wish = process.argv.indexOf('--target');
  const { file, bytes } = await makePackage(wish < 0 ? thisTarget : process.argv[wish + 1]);
  const megabytes = (bytes / 1e6).toFixed(1);
  process.stdout.write(`${file}: ${megabytes} MB\n`);
  if (bytes > maximalBytes)
    fail(`The package has ${megabytes} MB, more than ${maximalBytes / 1e6} MB: see what was added to the lists.`);
}
