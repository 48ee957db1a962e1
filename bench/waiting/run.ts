/**
 * How long training waits for its images, as a share of all time, for the default network on 64×64 colour images in
 * batches of 64, with what may be done to them: prepared ahead on a thread of their own, and between the steps. Rounds
 * of the two take turns; the figures are of all rounds together.
 *
 * `node scripts/bench.mjs waiting [--threads 2] [--steps 12] [--rounds 3]`
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { OnnxBackend } from '../../src/engine/compute/onnx/backend';
import { FileTensorCache } from '../../src/engine/dataset/file-tensor-cache';
import { initialWeights } from '../../src/engine/model/initial';
import { choosePreset } from '../../src/engine/model/presets';
import { checkNetwork } from '../../src/engine/model/shapes';
import { BatchMaker } from '../../src/engine/training/images/batch-maker';
import type { ImageFeed } from '../../src/engine/training/images/image-feed';
import { ImagesBetweenSteps } from '../../src/engine/training/images/images-between-steps';
import { openImageFeed } from '../../src/engine/training/images/open-feed';
import { planTraining } from '../../src/engine/training/plan';
import { randomStream } from '../../src/shared/random';
import { defaultSettings, type ScanSettings } from '../../src/shared/settings';
import { describeMachine, resultFile } from '../machine';

const { values } = parseArgs({
  options: {
    threads: { type: 'string', default: '2' },
    steps: { type: 'string', default: '12' },
    rounds: { type: 'string', default: '3' },
  },
});
const [threads, steps, rounds] = [Number(values.threads), Number(values.steps), Number(values.rounds)];
const count = 4096;
const shape = [3, 64, 64] as const;
const valuesPerImage = 3 * 64 * 64;
const stepsAtOnce = 4;
const goal = 0.05;
const startThread = () => new Worker(path.resolve('dist/training-images.js'));

const changes: Readonly<Record<string, Pick<ScanSettings, 'augment' | 'denoise'>>> = {
  'as they are (the default)': {},
  'flipped and turned': { augment: { flipHorizontal: true, rotate: 10 } },
  'brightness and contrast': { augment: { brightness: 0.2, contrast: 0.2 } },
  blurred: { augment: { blur: 1.5 } },
};

const folder = mkdtempSync(path.join(os.tmpdir(), 'anomaly-review-bench-'));
const file = path.join(folder, 'images.u8');
const random = randomStream(0, 'bench');
const one = Uint8Array.from({ length: valuesPerImage }, () => random.below(256));
writeFileSync(
  file,
  Buffer.concat(Array.from({ length: count }, (_, image) => one.map((value) => value ^ (image & 31)))),
);
const images = new FileTensorCache(file, count, shape);

const spec = choosePreset('convolutional').build(shape);
const plan = planTraining(count, { ...defaultSettings, validationFraction: 0, batchSize: 64 });
const trainer = await new OnnxBackend('cpu').createTrainer(spec, {
  batchSize: plan.batchSize,
  loss: 'mse',
  weightDecay: 1e-4,
  threads,
  weights: initialWeights(checkNetwork(spec), 0),
});

interface Spent {
  waitedMs: number;
  allMs: number;
  steps: number;
}

/** Waiting is all that is not computing: until batches are ready, and what is done when they are taken. */
async function measure(feed: ImageFeed, spent: Spent): Promise<void> {
  const calls = Math.ceil(steps / stepsAtOnce);
  // The first calls find memory and start the thread.
  for (let call = -2; call < calls; call++) {
    const first = (call + 2) * stepsAtOnce;
    let waitedMs = 0;
    const timed = <T>(begun: number, result: T): T => {
      waitedMs += performance.now() - begun;
      return result;
    };
    const begun = performance.now();
    await feed.ready(first, stepsAtOnce);
    waitedMs = performance.now() - begun;
    await trainer.steps?.(stepsAtOnce, (step) => ({
      ...timed(performance.now(), feed.take(first + step)),
      learningRate: 1e-3,
      keep: 61,
    }));
    if (call < 0) continue;
    spent.waitedMs += waitedMs;
    spent.allMs += performance.now() - begun;
    spent.steps += stepsAtOnce;
  }
}

const rows = [];
try {
  for (const [what, change] of Object.entries(changes)) {
    const settings = { ...defaultSettings, ...change };
    const feeds = {
      'ahead, on a thread of their own': () =>
        openImageFeed({ images, plan, settings, onLost: (reason) => Promise.reject(new Error(reason)) }, startThread),
      'between the steps': () =>
        new ImagesBetweenSteps(new BatchMaker(images, { plan, settings }), plan.batchSize * valuesPerImage),
    };
    const spent = Object.keys(feeds).map((prepared) => ({ prepared, waitedMs: 0, allMs: 0, steps: 0 }));
    for (let round = 0; round < rounds; round++) {
      for (const [place, open] of Object.values(feeds).entries()) {
        const feed = open();
        await measure(feed, spent[place] ?? { waitedMs: 0, allMs: 0, steps: 0 }).finally(() => feed.close());
      }
    }
    for (const { prepared, waitedMs, allMs, steps: made } of spent) {
      const row = {
        images: what,
        prepared,
        share: waitedMs / allMs,
        millisecondsPerBatch: waitedMs / made,
        imagesPerSecond: (1000 * made * plan.batchSize) / allMs,
      };
      rows.push(row);
      const share = (100 * row.share).toFixed(1);
      console.log(
        `${share} % of the time waited for images ${what}, prepared ${prepared}: ${row.imagesPerSecond.toFixed(0)} images/s`,
      );
    }
  }
} finally {
  await trainer.dispose();
  await images.close();
  rmSync(folder, { recursive: true });
}
const machine = describeMachine();
const result = { machine, threads, batchSize: plan.batchSize, goal, loadAverage: os.loadavg()[0], results: rows };
writeFileSync(resultFile('waiting', machine), `${JSON.stringify(result, undefined, 2)}\n`);
