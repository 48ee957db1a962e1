/**
 * How long reading 1,000 JPEGs of 1000×750 takes (decode, resize, hash, cache) against sharp alone with as many images in
 * flight. Rounds alternate, so that a busy machine slows both; medians of the rounds are compared.
 *
 * `node scripts/bench.mjs reading [--images N] [--rounds N] [--in-flight N]`
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os, { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import sharp, { type OverlayOptions } from 'sharp';
import type { Preprocessing } from '../../src/engine/dataset/dataset';
import { openSource } from '../../src/engine/dataset/open-source';
import { buildTensorCache } from '../../src/engine/dataset/tensor-cache';
import { describeMachine } from '../machine';

const { values } = parseArgs({
  options: {
    images: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '3' },
    'in-flight': { type: 'string', default: '16' },
  },
});
const images = Number(values.images);
const rounds = Number(values.rounds);
const inFlight = Number(values['in-flight']);
const preprocessing: Preprocessing = { channels: 3, height: 64, width: 64 };
const { signal } = new AbortController();

/** Photograph-like: large soft shapes with grain, about 150 kB each. */
async function makeImages(folder: string): Promise<void> {
  const complete = path.join(folder, 'complete');
  if (existsSync(complete) && readFileSync(complete, 'utf8') === String(images)) return;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  let state = 1;
  const random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  const grain = Buffer.from(Array.from({ length: 1000 * 750 * 3 }, () => 110 + 36 * random()));
  for (let index = 0; index < images; index++) {
    const shapes = Buffer.alloc(8 * 6 * 3).map(() => 255 * random());
    const soft = await sharp(shapes, { raw: { width: 8, height: 6, channels: 3 } })
      .resize(1000, 750, { kernel: 'cubic' })
      .raw()
      .toBuffer();
    const overlay: OverlayOptions = {
      input: grain,
      raw: { width: 1000, height: 750, channels: 3 as const },
      blend: 'overlay' as const,
    };
    const picture = sharp(soft, { raw: { width: 1000, height: 750, channels: 3 } }).composite([overlay]);
    await picture.jpeg({ quality: 88 }).toFile(path.join(folder, `${index}.jpg`));
  }
  writeFileSync(complete, String(images));
}

interface Spent {
  readonly seconds: number;
  /** Of all threads: steadier than the clock where others use the machine too. */
  readonly processorSeconds: number;
}

async function spentOn(work: () => Promise<void>): Promise<Spent> {
  const started = performance.now();
  const processorBefore = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(processorBefore);
  return { seconds: (performance.now() - started) / 1000, processorSeconds: (user + system) / 1e6 };
}

/** The same decoding and resizing with nothing around it. */
async function sharpAlone(files: readonly string[]): Promise<void> {
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < files.length; index = next++) {
      await sharp(files[index]).resize(preprocessing.width, preprocessing.height, { fit: 'fill' }).raw().toBuffer();
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
}

async function ours(folder: string, scratch: string): Promise<void> {
  const source = await openSource(folder, signal);
  const { cache } = await buildTensorCache(source, preprocessing, path.join(scratch, 'images.u8'), {
    signal,
    concurrency: inFlight,
  });
  await cache.close();
  rmSync(scratch, { recursive: true });
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? NaN;
}

const folder = path.resolve('.cache', 'bench-reading');
await makeImages(folder);
const files = Array.from({ length: images }, (_, index) => path.join(folder, `${index}.jpg`));
const spent: Record<'sharp' | 'reading', Spent[]> = { sharp: [], reading: [] };
for (let round = 0; round < rounds; round++) {
  const scratch = mkdtempSync(path.join(tmpdir(), 'anomaly-review-bench-'));
  const alone = () => sharpAlone(files);
  const reading = () => ours(folder, scratch);
  const order = round % 2 === 0 ? (['sharp', 'reading'] as const) : (['reading', 'sharp'] as const);
  for (const which of order) spent[which].push(await spentOn(which === 'sharp' ? alone : reading));
}
const seconds = (which: 'sharp' | 'reading') => median(spent[which].map((one) => one.seconds));
const processorSeconds = (which: 'sharp' | 'reading') => median(spent[which].map((one) => one.processorSeconds));
const result = {
  machine: describeMachine(),
  versions: { sharp: sharp.versions.sharp, vips: sharp.versions.vips },
  images,
  size: '1000×750 JPEG to 64×64',
  inFlight,
  threads: process.env['UV_THREADPOOL_SIZE'] ?? 'default (4)',
  spent,
  imagesPerSecond: { sharp: images / seconds('sharp'), reading: images / seconds('reading') },
  ratio: seconds('reading') / seconds('sharp'),
  processorRatio: processorSeconds('reading') / processorSeconds('sharp'),
  /** Of the last minute: above the number of cores, others were working on the machine too. */
  loadAverage: os.loadavg()[0],
  goal: 1.1,
};
mkdirSync(path.join('bench', 'results'), { recursive: true });
const stamp = result.machine.measuredAt.replace(/[:.]/g, '-');
writeFileSync(path.join('bench', 'results', `reading-${stamp}.json`), `${JSON.stringify(result, undefined, 2)}\n`);
console.log(JSON.stringify(result, undefined, 2));
