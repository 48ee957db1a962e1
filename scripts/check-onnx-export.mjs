/**
 * `node scripts/check-onnx-export.mjs [python]`: exports every preset and a network of every layer type, and lets
 * Python's onnxruntime compute the same scores from them. The Python given needs the packages onnxruntime and numpy.
 */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { nativePackages } from './parts/bundles.mjs';
import { inRoot } from './parts/paths.mjs';

const [python = 'python3'] = process.argv.slice(2);
const outfile = inRoot('.cache/exported-models.mjs');
await build({
  entryPoints: [inRoot('test/fixtures/exported-models.ts')],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  external: nativePackages,
  banner: { js: "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);" },
  logLevel: 'warning',
});
const { writeExportedModels } = await import(outfile);
const folder = await mkdtemp(path.join(os.tmpdir(), 'exported-models-'));
try {
  await writeExportedModels(folder);
  const check = spawnSync(python, [inRoot('scripts/check-onnx-export.py'), folder], { stdio: 'inherit' });
  if (check.error) console.error(`${python} cannot be started (${check.error.message}). Name a Python.`);
  process.exitCode = check.status ?? 1;
} finally {
  await rm(folder, { recursive: true });
}
