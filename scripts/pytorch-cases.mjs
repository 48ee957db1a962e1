/**
 * `node scripts/pytorch-cases.mjs | python test/fixtures/pytorch/record_cases.py`: writes the cases that are compared
 * with PyTorch as JSON, for the script that records what PyTorch makes of them.
 */
import { build } from 'esbuild';
import { inRoot } from './parts/paths.mjs';

const outfile = inRoot('.cache/pytorch-cases.mjs');
await build({
  entryPoints: [inRoot('test/fixtures/pytorch/cases.ts')],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  logLevel: 'warning',
});
const { cases } = await import(outfile);
process.stdout.write(JSON.stringify(cases));
