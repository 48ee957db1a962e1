/** `npm run try [-- folder]`: see the extension at work before installing it. Ctrl-C ends it. */
import path from 'node:path';
import { spawn } from 'node:child_process';
import { installPackages, requireNode } from './parts/requirements.mjs';
import { inRoot } from './parts/paths.mjs';

requireNode();
await installPackages();
const { build } = await import('./build.mjs');
const { makePackage } = await import('./package.mjs');
await build({ test: true });
const { file } = await makePackage();

const folder = process.argv[2];
const child = spawn(
  process.execPath,
  [inRoot('.cache/test-editor/open.mjs'), file, ...(folder === undefined ? [] : [path.resolve(folder)])],
  { stdio: 'inherit' },
);
// The terminal sends Ctrl-C to both; this one waits until the editor has ended.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('exit', (code) => process.exit(code ?? 1));
