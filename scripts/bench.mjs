/** `node scripts/bench.mjs quality|speed|reading [options]`: builds what is measured and the bench, then runs it. */
import { existsSync, readdirSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { build } from './build.mjs';
import { nativePackages } from './parts/bundles.mjs';
import { inRoot, root } from './parts/paths.mjs';
import { fail } from './parts/processes.mjs';

const [name = '', ...options] = process.argv.slice(2);
const entry = inRoot('bench', name, 'run.ts');
if (name === '' || !existsSync(entry)) {
  const benches = readdirSync(inRoot('bench'), { withFileTypes: true })
    .filter((item) => item.isDirectory() && existsSync(inRoot('bench', item.name, 'run.ts')))
    .map((item) => item.name);
  fail(`Name a bench: ${benches.join(', ')}.`);
}
await build();
const { build: bundle } = await import('esbuild');
const outfile = inRoot('.cache/bench', `${name}.mjs`);
await bundle({
  entryPoints: [entry],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  absWorkingDir: root,
  // These find their parts beside their own files, which a bundle has not.
  external: [...nativePackages, 'esbuild', 'playwright-core'],
  // Packages in CommonJS become part of the bundle, and ask for Node's own modules by `require`.
  banner: {
    js: "import { createRequire as requireFor } from 'node:module';\nconst require = requireFor(import.meta.url);",
  },
  logLevel: 'warning',
});
process.exitCode = spawnSync(process.execPath, [outfile, ...options], { cwd: root, stdio: 'inherit' }).status ?? 1;
