import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout, from wherever this code was bundled to. */
export const root = findRoot(path.dirname(fileURLToPath(import.meta.url)));

function findRoot(folder: string): string {
  const manifest = path.join(folder, 'package.json');
  if (existsSync(manifest) && readFileSync(manifest, 'utf8').includes('"name": "anomaly-review",')) return folder;
  const parent = path.dirname(folder);
  if (parent === folder) throw new Error('This file lies outside the checkout of anomaly-review.');
  return findRoot(parent);
}

export const inRoot = (...parts: string[]): string => path.join(root, ...parts);

/** Where the editor for tests is installed, apart from the product's own packages. */
export const installationFolder = inRoot('.vscode-test', 'editor');
