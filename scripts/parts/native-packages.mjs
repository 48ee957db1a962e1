/** Which files of the packages with native parts a platform needs: an allow-list, as these packages carry all platforms. */
import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { inRoot } from './paths.mjs';

const licences = /^(license|licence|notice|thirdpartynotices)(\.(md|txt))?$/i;

/** The platform of this machine as VS Code names it, such as `linux-x64`. */
export const thisTarget = `${process.platform}-${process.arch}`;

/**
 * Files and folders by package; `package.json` and licences come by themselves.
 * @param {string} target
 * @returns {Record<string, string[]>}
 */
function allowList(target) {
  const [platform = '', architecture = ''] = target.split('-');
  const binaries = `bin/napi-v6/${platform}/${architecture}`;
  // The same library lies in the macOS package under two names; the binding asks for the short one.
  const onnxRuntime = listed('onnxruntime-node', binaries).filter((file) => !/\.\d+\.\d+\.\d+\.dylib$/.test(file));
  const carried = readdirSync(inRoot('node_modules/@img')).filter((name) => name.endsWith(`-${target}`));
  return {
    'onnxruntime-node': [...scripts('onnxruntime-node', 'dist'), ...onnxRuntime],
    'onnxruntime-common': ['dist/cjs/package.json', ...scripts('onnxruntime-common', 'dist/cjs')],
    sharp: listed('sharp', 'dist').filter((file) => file.endsWith('.cjs')),
    '@img/colour': ['index.cjs', 'color.cjs'],
    'detect-libc': ['lib'],
    semver: ['index.js', 'classes', 'functions', 'internal', 'ranges'],
    ...Object.fromEntries(carried.map((name) => [`@img/${name}`, ['lib', 'index.cjs', 'versions.json']])),
  };
}

/** @param {string} name @param {string} folder */
function listed(name, folder) {
  return readdirSync(inRoot('node_modules', name, folder)).map((file) => `${folder}/${file}`);
}

/** @param {string} name @param {string} folder */
function scripts(name, folder) {
  return listed(name, folder).filter((file) => file.endsWith('.js'));
}

/**
 * Copies them to `folder/<package>`.
 * @param {string} folder
 * @param {string} target
 */
export function copyNativePackages(folder, target) {
  const list = allowList(target);
  if (!Object.keys(list).some((name) => name.startsWith('@img/sharp-') && name.endsWith(target))) {
    throw new Error(`sharp for ${target} is not installed here; package on that platform.`);
  }
  for (const [name, files] of Object.entries(list)) {
    const source = inRoot('node_modules', name);
    const legal = readdirSync(source).filter((file) => licences.test(file));
    for (const file of ['package.json', ...legal, ...files]) {
      const from = path.join(source, file);
      // Not every package of sharp's has each of these, and what is missing and needed fails the e2e tests at once.
      if (existsSync(from)) cpSync(from, path.join(folder, name, file), { recursive: true });
    }
  }
}

/**
 * The notices of the packages whose code is inside the bundles.
 * @param {readonly string[]} bundledFiles paths below node_modules
 */
export function thirdPartyNotices(bundledFiles) {
  const names = new Set(
    bundledFiles.flatMap((file) => {
      const match = /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file);
      return match?.[1] === undefined ? [] : [match[1]];
    }),
  );
  return [...names]
    .sort()
    .map((name) => {
      const folder = inRoot('node_modules', name);
      const { version, license } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
      const texts = readdirSync(folder)
        .filter((file) => licences.test(file))
        .map((file) => readFileSync(path.join(folder, file), 'utf8').trim());
      return [`${name} ${version} (${license})`, '', ...texts].join('\n');
    })
    .join(`\n\n${'-'.repeat(80)}\n\n`);
}
