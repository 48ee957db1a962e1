import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildCommandLine } from './cli-process';
import { removeFolder, temporaryFolder, writePictures } from './picture-folders';

const root = path.resolve(import.meta.dirname, '../..');
const bundle = 'training-images.js';
let folder: string;

beforeAll(buildCommandLine, 120_000);
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(async () => {
  await removeFolder(folder);
});

/** Scans with the bundles as they are, but for that of the thread; answers with the run's notes and weights. */
async function scanWith(name: string, thread: string | undefined): Promise<{ notes: unknown; weights: string }> {
  const bundles = path.join(folder, `${name}-bundles`);
  mkdirSync(bundles);
  copyFileSync(path.join(root, 'dist/cli.js'), path.join(bundles, 'cli.js'));
  if (thread !== undefined) writeFileSync(path.join(bundles, bundle), thread);
  const run = path.join(folder, name);
  const options =
    '--epochs 12 --batch 8 --size 16 --threads 1 --seed 5 --augment blur=1,rotate=5 --denoise mask:0.5:0.5';
  await promisify(execFile)(
    process.execPath,
    [path.join(bundles, 'cli.js'), 'scan', path.join(folder, 'pictures'), '--out', run, ...options.split(' ')],
    { env: { ...process.env, NODE_PATH: path.join(root, 'node_modules') } },
  );
  const record: unknown = JSON.parse(readFileSync(path.join(run, 'run.json'), 'utf8'));
  return {
    notes: record !== null && typeof record === 'object' && 'notes' in record ? record.notes : undefined,
    weights: readFileSync(path.join(run, 'model/weights.tensors')).toString('base64'),
  };
}

describe('the bundle of the thread that prepares training images', () => {
  it('is found beside the one that runs, and a run with it, without it or with a broken one ends the same', async () => {
    await writePictures(path.join(folder, 'pictures'), 24, [7]);
    const whole = await scanWith('whole', readFileSync(path.join(root, 'dist', bundle), 'utf8'));
    expect(whole.notes).toEqual([]);
    expect(await scanWith('without', undefined)).toEqual(whole);
    const broken = await scanWith('broken', 'process.exit(3)');
    expect(broken.weights).toBe(whole.weights);
    expect(broken.notes).toEqual([expect.stringContaining('training images ahead ended (exit code 3)')]);
  });
});
