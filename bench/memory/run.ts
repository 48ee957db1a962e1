/**
 * How much memory training on an array of 1.2 GB takes: the command line's own process, at its peak (the kernel's
 * VmHWM), from its start through reading and baseline to the wanted number of training steps. The array, 100,000
 * colour images of 64×64, is made once and kept in .cache. Linux only: no other system counts the peak like this.
 *
 * `node scripts/bench.mjs memory [--preset convolutional] [--batch 64] [--steps 100] [--images 100000]`
 *
 * With `--work score` the images are scored to the end instead, by a network that was trained on few: at which rate, and
 * how much more memory the process holds at the end than after the first tenth.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { loadavg } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import * as v from 'valibot';
import { describeMachine } from '../machine';

const { values } = parseArgs({
  options: {
    preset: { type: 'string', default: 'convolutional' },
    batch: { type: 'string', default: '64' },
    steps: { type: 'string', default: '100' },
    images: { type: 'string', default: '100000' },
    work: { type: 'string', default: 'train' },
  },
});
const { preset } = values;
const [batch, steps, images] = [Number(values.batch), Number(values.steps), Number(values.images)];
const [height, width, channels] = [64, 64, 3];
const valuesPerImage = height * width * channels;
/** In MB of a million bytes, as the array's size is; the default network's own, and every preset's. */
const goal = preset === 'convolutional' ? 600 : 1000;
const trainedOn = 256;

const progressSchema = v.object({
  event: v.literal('progress'),
  phase: v.string(),
  done: v.number(),
  epoch: v.optional(v.number()),
});

/** Soft shapes with grain; no two images alike. */
function makeArray(file: string, images: number): void {
  const header = `{'descr': '|u1', 'fortran_order': False, 'shape': (${images}, ${height}, ${width}, ${channels}), }`;
  const padded = `${header.padEnd(117)}\n`;
  const start = Buffer.concat([Buffer.from([0x93]), Buffer.from('NUMPY'), Buffer.from([1, 0, padded.length, 0])]);
  const size = start.length + padded.length + images * valuesPerImage;
  if (existsSync(file) && statSync(file).size === size) return;
  mkdirSync(path.dirname(file), { recursive: true });
  const handle = openSync(file, 'w');
  writeSync(handle, Buffer.concat([start, Buffer.from(padded)]));
  const grain = new Uint8Array(2 ** 16);
  let state = 1;
  for (let place = 0; place < grain.length; place++) {
    state = (state * 48_271) % 2_147_483_647;
    grain[place] = state % 24;
  }
  const image = Buffer.alloc(valuesPerImage);
  for (let index = 0; index < images; index++) {
    const [across, down] = [1 + (index % 7), 1 + (index % 11)];
    for (let place = 0; place < valuesPerImage; place++) {
      const pixel = Math.floor(place / channels);
      const slope = across * (pixel % width) + down * Math.floor(pixel / width);
      image[place] = ((slope + 40 * (place % channels)) >> 3) + (grain[(place * 3 + index * 977) & 0xffff] ?? 0);
    }
    writeSync(handle, image);
  }
  closeSync(handle);
}

/** Both in bytes. */
function memoryOf(pid: number): { peak: number; now: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kibibytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]);
  return { peak: 1024 * kibibytes('VmHWM'), now: 1024 * kibibytes('VmRSS') };
}

interface Measured {
  /** At the last sample within each phase: the peak since the process began. */
  readonly peakAfter: Record<string, number>;
  readonly peak: number;
  readonly steps: number;
}

function startCommand(args: readonly string[]) {
  const child = spawn(process.execPath, [path.resolve('dist/cli.js'), ...args, '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { pid } = child;
  if (pid === undefined) throw new Error('The command line could not be started.');
  return { child, pid, ended: once(child, 'exit') };
}

/** Trains until the steps are made, then stops the run as Ctrl+C does. */
async function measureTraining(file: string, run: string): Promise<Measured> {
  const { child, pid, ended } = startCommand(['train', file, ...trainingOptions, '--out', run]);
  const peakAfter: Record<string, number> = {};
  let [peak, made] = [0, 0];
  for await (const line of createInterface({ input: child.stdout })) {
    const parsed = v.safeParse(progressSchema, JSON.parse(line));
    if (!parsed.success || child.exitCode !== null) continue;
    const { phase, done } = parsed.output;
    peak = memoryOf(pid).peak;
    peakAfter[phase] = peak;
    if (phase === 'training') made = Math.floor(done / batch);
    if (made >= steps) break;
  }
  child.kill('SIGINT');
  child.stdout.resume();
  await ended;
  if (made < steps) throw new Error(`The run ended after ${made} of ${steps} steps.`);
  return { peakAfter, peak, steps: made };
}

interface ScoringMemory {
  /** In bytes, after a tenth of the images and at the end. */
  readonly early: number;
  readonly late: number;
  readonly peak: number;
  /** From the first tenth on. */
  readonly imagesPerSecond: number;
}

async function measureScoring(file: string, model: string, run: string): Promise<ScoringMemory> {
  const { child, pid, ended } = startCommand(['score', model, file, '--out', run]);
  const samples: { done: number; ms: number; now: number; peak: number }[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const parsed = v.safeParse(progressSchema, JSON.parse(line));
    if (!parsed.success || parsed.output.phase !== 'scoring' || child.exitCode !== null) continue;
    samples.push({ done: parsed.output.done, ms: performance.now(), ...memoryOf(pid) });
  }
  const [status] = (await ended) as [number | null];
  const [first, last] = [samples.find(({ done }) => done >= images / 10), samples.at(-1)];
  if (status !== 0 || !first || !last || last.done <= first.done) {
    throw new Error(`Scoring ended with status ${String(status)} after ${samples.length} reports.`);
  }
  const imagesPerSecond = (1000 * (last.done - first.done)) / (last.ms - first.ms);
  return { early: first.now, late: last.now, peak: last.peak, imagesPerSecond };
}

async function trainOnFew(run: string): Promise<void> {
  const few = arrayFile(trainedOn);
  makeArray(few, trainedOn);
  const { child, ended } = startCommand(['train', few, ...trainingOptions, '--epochs', '1', '--out', run]);
  child.stdout.resume();
  const [status] = (await ended) as [number | null];
  if (status !== 0) throw new Error(`Training ended with status ${String(status)}.`);
}

function arrayFile(count: number): string {
  return path.resolve('.cache', 'bench-memory', `images-${count}.npy`);
}

const trainingOptions = ['--preset', preset, '--batch', String(batch)];
const megabytes = (bytes: number) => Math.round(bytes / 1e6);

async function training(file: string, scratch: string) {
  const measured = await measureTraining(file, path.join(scratch, 'run'));
  return {
    steps: measured.steps,
    peakMegabytesAfter: Object.fromEntries(
      Object.entries(measured.peakAfter).map(([phase, peak]) => [phase, megabytes(peak)]),
    ),
    peakMegabytes: megabytes(measured.peak),
  };
}

async function scoring(file: string, scratch: string) {
  const model = path.join(scratch, 'model');
  await trainOnFew(model);
  const { early, late, peak, imagesPerSecond } = await measureScoring(file, model, path.join(scratch, 'run'));
  return {
    images,
    imagesPerSecond: Math.round(imagesPerSecond),
    megabytesAfterATenth: megabytes(early),
    megabytesAtTheEnd: megabytes(late),
    peakMegabytes: megabytes(peak),
  };
}

const file = arrayFile(images);
makeArray(file, images);
const scratch = mkdtempSync(path.resolve('.cache', 'bench-memory', 'run-'));
try {
  const [loadBefore] = loadavg();
  const facts = values.work === 'score' ? await scoring(file, scratch) : await training(file, scratch);
  const result = {
    machine: describeMachine(),
    loadBefore,
    preset,
    batch,
    arrayMegabytes: megabytes(statSync(file).size),
    ...facts,
    goalMegabytes: goal,
    isReached: facts.peakMegabytes < goal,
  };
  mkdirSync(path.join('bench', 'results'), { recursive: true });
  const kind = values.work === 'score' ? '-score' : '';
  const name = `memory-${process.platform}-${process.arch}-${preset}${kind}.json`;
  writeFileSync(path.join('bench', 'results', name), `${JSON.stringify(result, undefined, 2)}\n`);
  console.log(JSON.stringify(result, undefined, 2));
  console.log(`${result.peakMegabytes} MB at the peak; the goal is less than ${goal} MB.`);
} finally {
  rmSync(scratch, { recursive: true });
}
