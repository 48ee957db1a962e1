/**
 * How long training waits for its images: reading from the warm cache and changing them, as a share of all time between
 * two steps, for the default network on 64×64 colour images in batches of 64, with what may be done to them.
 *
 * `node scripts/bench.mjs waiting [--threads 2] [--steps 12]`
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { OnnxBackend } from '../../src/engine/compute/onnx/backend';
import { FileTensorCache } from '../../src/engine/dataset/file-tensor-cache';
import { initialWeights } from '../../src/engine/model/initial';
import { choosePreset } from '../../src/engine/model/presets';
import { checkNetwork } from '../../src/engine/model/shapes';
import { createTransform } from '../../src/engine/training/augmentation/index';
import { permutation, randomStream } from '../../src/shared/random';
import type { ScanSettings } from '../../src/shared/settings';
import { describeMachine } from '../machine';

const { values } = parseArgs({
  options: { threads: { type: 'string', default: '2' }, steps: { type: 'string', default: '12' } },
});
const [threads, steps] = [Number(values.threads), Number(values.steps)];
const [batchSize, images] = [64, 4096];
const shape = [3, 64, 64] as const;
const valuesPerImage = 3 * 64 * 64;
const goal = 0.05;

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
  Buffer.concat(Array.from({ length: images }, (_, image) => one.map((value) => value ^ (image & 31)))),
);
const cache = new FileTensorCache(file, images, shape);

const spec = choosePreset('convolutional').build(shape);
const weights = initialWeights(checkNetwork(spec), 0);
const trainer = await new OnnxBackend('cpu').createTrainer(spec, {
  batchSize,
  loss: 'mse',
  weightDecay: 1e-4,
  threads,
  weights,
});
const order = permutation(images, randomStream(0, 'order'));
const batch = new Float32Array(batchSize * valuesPerImage);
const rows = [];
try {
  for (const [what, settings] of Object.entries(changes)) {
    const transform = createTransform(settings, shape, 0);
    let [waited, all] = [0, 0];
    for (let step = -2; step < steps; step++) {
      const started = performance.now();
      const places = order.subarray((step + 2) * batchSize, (step + 3) * batchSize);
      cache.read(places, batch);
      const changed = transform?.apply(batch, batchSize, 1, places);
      const ready = performance.now();
      await trainer.step(changed?.input ?? batch, changed?.target ?? batch, { learningRate: 1e-3, keep: 61 });
      // The first two steps are for memory to be found.
      if (step < 0) continue;
      waited += ready - started;
      all += performance.now() - started;
    }
    const row = {
      images: what,
      share: waited / all,
      millisecondsPerBatch: waited / steps,
      imagesPerSecond: (1000 * steps * batchSize) / all,
    };
    rows.push(row);
    console.log(`${(100 * row.share).toFixed(1)} % of the time waited for images ${what}`);
  }
} finally {
  await trainer.dispose();
  await cache.close();
  rmSync(folder, { recursive: true });
}
const machine = describeMachine();
const result = { machine, threads, batchSize, goal, loadAverage: os.loadavg()[0], results: rows };
mkdirSync(path.join('bench', 'results'), { recursive: true });
const name = `waiting-${process.platform}-${process.arch}-${String(machine.cores)}cores.json`;
writeFileSync(path.join('bench', 'results', name), `${JSON.stringify(result, undefined, 2)}\n`);
