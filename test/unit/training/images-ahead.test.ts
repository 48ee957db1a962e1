import { build } from 'esbuild';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { TensorCache } from '../../../src/engine/dataset/dataset';
import { FileTensorCache } from '../../../src/engine/dataset/file-tensor-cache';
import { withIgnored } from '../../../src/engine/dataset/ignored-values';
import { joinCaches } from '../../../src/engine/dataset/joined-cache';
import { BatchMaker, type BatchSettings } from '../../../src/engine/training/images/batch-maker';
import type { ImageFeed } from '../../../src/engine/training/images/image-feed';
import { ImagesAhead } from '../../../src/engine/training/images/images-ahead';
import { ImagesBetweenSteps } from '../../../src/engine/training/images/images-between-steps';
import { openImageFeed } from '../../../src/engine/training/images/open-feed';
import { planTraining } from '../../../src/engine/training/plan';
import { randomStream } from '../../../src/shared/random';
import { defaultSettings, type ScanSettings } from '../../../src/shared/settings';
import { scratchFolder } from '../../fixtures/scratch-folder';

const shape = [3, 8, 6] as const;
const valuesPerImage = 3 * 8 * 6;
const scratch = scratchFolder();
let built: string;
let worker: string;

beforeAll(async () => {
  built = mkdtempSync(path.join(tmpdir(), 'training-images-'));
  worker = path.join(built, 'worker.cjs');
  await build({
    entryPoints: [fileURLToPath(new URL('../../../src/engine/training/images/worker.ts', import.meta.url))],
    outfile: worker,
    bundle: true,
    platform: 'node',
    format: 'cjs',
  });
});
afterAll(() => {
  rmSync(built, { recursive: true, force: true });
});

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

function imagesInFile(name: string, count: number): TensorCache {
  const stream = randomStream(1, name);
  const bytes = Uint8Array.from({ length: count * valuesPerImage }, () => stream.below(256));
  const cache = new FileTensorCache(scratch.write(name, bytes), count, shape);
  opened.push(cache);
  return cache;
}

/** Rows of somebody else's file, the channels of each pixel together, behind a header. */
function imagesInArray(name: string, count: number, modifiedMs?: number): TensorCache {
  const stream = randomStream(2, name);
  const bytes = Uint8Array.from({ length: 16 + count * valuesPerImage }, () => stream.below(256));
  const file = scratch.write(name, bytes);
  const place = { file, offset: 16, interleaved: true, low: 0, high: 255, size: bytes.length };
  const cache = new FileTensorCache(file, count, shape, { ...place, modifiedMs: modifiedMs ?? modifiedOf(file) });
  opened.push(cache);
  return cache;
}

function modifiedOf(file: string): number {
  return Math.round(statSync(file).mtimeMs);
}

type Images = Pick<ScanSettings, 'augment' | 'denoise'> & Pick<BatchSettings, 'pretext'>;

const manyChanges: Images = {
  augment: { rotate: 20, flipHorizontal: true, brightness: 0.2, blur: 1.5 },
  denoise: { kind: 'gaussian', probability: 0.5, amount: 0.1 },
  pretext: ['rotation', 'cut-paste'],
};

/** Two epochs, and what prepares their batches, of four at most, ahead and between the steps. */
async function prepare(images: TensorCache, { pretext = [], ...changes }: Images = {}, file = worker) {
  const settings = { ...defaultSettings, ...changes, seed: 7, batchSize: 4, epochs: 2, validationFraction: 0 };
  const plan = planTraining(images.count, settings);
  const told: string[] = [];
  const onLost = (reason: string) => Promise.resolve(void told.push(reason));
  const threads: Worker[] = [];
  const ahead = openImageFeed({ images, plan, settings, pretext, onLost }, () => {
    const thread = new Worker(file);
    threads.push(thread);
    return thread;
  });
  opened.unshift(ahead);
  // Until then batches are made here.
  for (const thread of threads) await once(thread, 'online');
  const between = new ImagesBetweenSteps(
    new BatchMaker(images, { plan, settings, pretext }),
    plan.batchSize * images.valuesPerImage,
  );
  return { ahead, between, told, totalSteps: 2 * plan.stepsPerEpoch };
}

/** All arrays of each step, taken as the training takes them: so many at once. */
async function take(feed: ImageFeed, first: number, end: number, atOnce: number): Promise<Float32Array[]> {
  const batches = [];
  for (let step = first; step < end; step += atOnce) {
    const count = Math.min(atOnce, end - step);
    await feed.ready(step, count);
    for (let at = step; at < step + count; at++) {
      const { input, target, pretext } = feed.take(at);
      batches.push(input.slice(), target.slice());
      if (pretext) batches.push(pretext.images.slice(), pretext.labels.slice());
    }
  }
  return batches;
}

function runningWorkers(): number {
  const report = process.report.getReport();
  if (!('workers' in report) || !Array.isArray(report.workers)) throw new Error('the report names no threads');
  return report.workers.length;
}

describe('images prepared ahead', () => {
  it.each<[string, () => TensorCache, Images]>([
    ['of a folder, as they are', () => imagesInFile('a.u8', 48), {}],
    ['of a folder, changed and corrupted', () => imagesInFile('a.u8', 48), manyChanges],
    ['of an array that is read where it is', () => imagesInArray('a.npy', 48), manyChanges],
    [
      'of several sources, of which some images take part',
      () =>
        joinCaches([
          { cache: imagesInFile('a.u8', 30), indexes: Uint32Array.from({ length: 25 }, (_, place) => place + 3) },
          { cache: imagesInArray('b.npy', 40), indexes: Uint32Array.from({ length: 20 }, (_, place) => 2 * place) },
        ]),
      manyChanges,
    ],
    [
      'with an area that does not count',
      () => {
        const ignored = { places: Uint32Array.of(3, 4, 77), fill: Float32Array.of(0.25, 0.5, 0.75) };
        return joinCaches([
          {
            cache: withIgnored(imagesInFile('a.u8', 40), ignored),
            indexes: Uint32Array.from({ length: 40 }, (_, i) => i),
          },
        ]);
      },
      manyChanges,
    ],
  ])('%s, have the bytes of those prepared between the steps', async (_, open, changes) => {
    const { ahead, between, told, totalSteps } = await prepare(open(), changes);
    expect(ahead).toBeInstanceOf(ImagesAhead);
    expect(ahead.mostSteps).toBe(8);
    for (const atOnce of [1, 3]) expect(totalSteps).toBeGreaterThan(4 * atOnce);
    const [one, many] = [await take(between, 2, totalSteps, 1), await take(ahead, 2, totalSteps, 3)];
    expect(many).toEqual(one);
    expect(told).toEqual([]);
  });

  it('are prepared by the thread: here the images need not be readable any more', async () => {
    const images = imagesInFile('a.u8', 48);
    const { ahead, between, totalSteps } = await prepare(images, manyChanges);
    const expected = await take(between, 0, totalSteps, 1);
    const first = await take(ahead, 0, 3, 1);
    await images.close();
    expect([...first, ...(await take(ahead, 3, totalSteps, 3))]).toEqual(expected);
  });

  it('are still prepared, in this thread, after the other has died, which is told once', async () => {
    const dying = path.join(built, 'dying.cjs');
    writeFileSync(
      dying,
      `const { parentPort } = require('node:worker_threads');
       let messages = 0;
       parentPort.on('message', () => { if (++messages === 6) process.exit(3); });
       require('./worker.cjs');`,
    );
    const { ahead, between, told, totalSteps } = await prepare(imagesInFile('a.u8', 48), manyChanges, dying);
    expect(await take(ahead, 0, totalSteps, 2)).toEqual(await take(between, 0, totalSteps, 1));
    expect(told).toEqual(['exit code 3']);
  });

  it('are prepared in this thread when the other cannot begin', async () => {
    const images = imagesInFile('a.u8', 48);
    rmSync(scratch.path('a.u8'));
    const { ahead, between, told, totalSteps } = await prepare(images, manyChanges);
    expect(await take(ahead, 0, totalSteps, 2)).toEqual(await take(between, 0, totalSteps, 1));
    expect(told).toHaveLength(1);
    expect(told[0]).toContain('ENOENT');
  });

  it('end with the sentence that says what is wrong when somebody writes to their array', async () => {
    const { ahead, told } = await prepare(imagesInArray('a.npy', 48), manyChanges);
    await take(ahead, 0, 4, 1);
    appendFileSync(scratch.path('a.npy'), 'more');
    const rest = take(ahead, 4, 20, 1);
    await expect(rest).rejects.toMatchObject({ code: 'source-invalid' });
    await expect(rest).rejects.toThrow('was changed while it was in use');
    expect(told).toEqual([]);
  });

  it('leave no thread behind, wherever the training ends', async () => {
    const before = runningWorkers();
    const { ahead } = await prepare(imagesInFile('a.u8', 48), manyChanges);
    await take(ahead, 0, 3, 1);
    expect(runningWorkers()).toBe(before + 1);
    await ahead.close();
    expect(runningWorkers()).toBe(before);
  });

  it('are as many as 48 MB hold, two at least; where a single batch is more, they are prepared between the steps', async () => {
    const cacheOf = (side: number): TensorCache => {
      const file = scratch.write('large.u8', '');
      const cache = new FileTensorCache(file, 48, [1, side, side]);
      opened.push(cache);
      return cache;
    };
    // Batches of four images: 16 MB each at 1,024 pixels a side.
    const some = (await prepare(cacheOf(1024))).ahead;
    expect(some).toBeInstanceOf(ImagesAhead);
    expect(some.mostSteps).toBe(2);
    const corrupted = (await prepare(cacheOf(1024), manyChanges)).ahead;
    expect(corrupted).toBeInstanceOf(ImagesAhead);
    expect(corrupted.mostSteps).toBe(1);
    const huge = (await prepare(cacheOf(1800))).ahead;
    expect(huge).toBeInstanceOf(ImagesBetweenSteps);
  });
});
