/**
 * `node scripts/gpu-check.mjs [webgpu|cuda|dml|coreml] [FOLDER] [--quick]`: on a machine with a graphics card, holds the
 * device to the CPU: the self-test, every layer, loss, optimizer and preset forth and back, what crosses the border in a
 * step, a scan, and the scores of one model on both. Ends with a table, and with status 1 when something differs or fails.
 * With `--quick`, and where a driver stands in for a card, it compares two presets and scans a few tiny images: all
 * presets take such a driver hours.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { build as bundle } from 'esbuild';
import { build } from './build.mjs';
import { nativePackages } from './parts/bundles.mjs';
import { inRoot } from './parts/paths.mjs';
import { fail, run } from './parts/processes.mjs';

const given = process.argv.slice(2);
const [device = 'webgpu', folderGiven = inRoot('samples/apples')] = given.filter((one) => !one.startsWith('--'));
let isQuick = given.includes('--quick');
const longestMs = 30 * 60_000;
/** As in the product: what takes longer for its self-test has no hardware behind it. */
const longestSelfTestMs = 5000;
const quickPresets = ['metal-spill-2', 'corrupted-digits'];
const quickImages = 24;
/** Of the largest value; float32 in another order of summation. */
const largest = { losses: 1e-4, reconstruction: 5e-4, changes: 1e-2, scores: 0.05 };

/** @type {{ what: string, result: string, isGood: boolean }[]} */
const table = [];
const note = (/** @type {string} */ what, /** @type {string} */ result, isGood = true) => {
  table.push({ what, result, isGood });
};

await build();
const folder = await mkdtemp(path.join(os.tmpdir(), 'gpu-check-'));
try {
  await examine();
  await compareOperators();
  await compareScans();
} finally {
  await rm(folder, { recursive: true, force: true });
}
const width = Math.max(...table.map(({ what }) => what.length));
console.log(`\n${device} on ${os.hostname()}, ${os.platform()} ${os.arch()}, Node ${process.versions.node}`);
for (const { what, result, isGood } of table) console.log(`${isGood ? '✓' : '✗'} ${what.padEnd(width)}  ${result}`);
if (table.some(({ isGood }) => !isGood)) fail('Something above differs from the CPU, or failed.');

/** What doctor says of every device. */
async function examine() {
  const { last } = await cli(['doctor']);
  for (const { backend, device: name, available, detail, milliseconds } of last['backends'] ?? []) {
    const time = milliseconds === undefined ? '' : ` (${milliseconds} ms)`;
    note(`doctor: ${backend} on ${name}`, `${available ? '' : 'not used: '}${detail}${time}`);
    if (backend === 'onnx' && name === device && milliseconds > longestSelfTestMs) isQuick = true;
  }
  if (isQuick)
    note('what was left out', `all presets but ${quickPresets.join(' and ')}, all but ${quickImages} images`);
}

async function compareOperators() {
  const script = inRoot('.cache/gpu-check/device-process.cjs');
  mkdirSync(path.dirname(script), { recursive: true });
  const entryPoints = [inRoot('test/unit/compute/device-process.ts')];
  await bundle({ entryPoints, outfile: script, bundle: true, platform: 'node', external: nativePackages });
  const parts = ['self-test', 'transfers', 'layers', 'losses', 'optimizers', 'presets'];
  const wishes = [...parts.slice(0, -1), ...(isQuick ? quickPresets.map((name) => `presets:${name}`) : ['presets'])];
  console.error('Comparing layers, losses, optimizers and presets …');
  const { code, output } = await run(process.execPath, [script, device, ...wishes], {
    quiet: true,
    timeoutMs: longestMs,
  });
  const results = linesOf(output);
  for (const part of parts)
    notePart(
      part,
      results.filter((one) => one['part'] === part),
    );
  const isWhole = code === 0 && results.at(-1)?.['part'] === 'end';
  note(
    'the process that compared them',
    isWhole ? 'ended in peace' : `ended with ${code}: ${output.slice(-300).trim()}`,
    isWhole,
  );
}

/**
 * @param {string} part
 * @param {Record<string, any>[]} results
 */
function notePart(part, results) {
  const [first] = results;
  if (first === undefined) return note(part, 'no result', false);
  if (part === 'self-test')
    return note(part, `${first['detail']} (${Math.round(first['milliseconds'])} ms)`, first['passed']);
  if (part === 'transfers') {
    const { up, down } = first['perStep'];
    // Only WebGPU's state can stay on the device.
    const isGood = device !== 'webgpu' || (up < first['batchBytes'] + 100 && down === first['lossBytes']);
    return note(part, `${up} bytes up and ${down} down a step; a batch has ${first['batchBytes']}`, isGood);
  }
  for (const { name, error } of results.filter((one) => one['error'] !== undefined))
    note(`${part}: ${name}`, error, false);
  const compared = results.filter((one) => one['error'] === undefined);
  for (const kind of /** @type {const} */ (['losses', 'reconstruction', 'changes'])) {
    const worst = compared.reduce((a, b) => (b[kind] > a[kind] ? b : a), compared[0] ?? { [kind]: NaN });
    const what = kind === 'changes' ? 'gradients and updates' : kind;
    const place = `${worst['name']}${kind === 'changes' ? `, ${worst['tensor']}` : ''}`;
    const isGood = worst[kind] <= largest[kind];
    note(
      `${part}: ${what}`,
      `${compared.length} compared, the worst differs by ${Number(worst[kind]).toExponential(1)} (${place})`,
      isGood,
    );
  }
}

/** What is scanned, and how. */
function scanned() {
  if (!isQuick) return { source: folderGiven, options: ['--epochs', '3'] };
  const list = path.join(folder, 'images.txt');
  const names = readdirSync(folderGiven).filter((name) => /\.(png|jpe?g|webp)$/i.test(name));
  writeFileSync(
    list,
    names
      .slice(0, quickImages)
      .map((name) => path.resolve(folderGiven, name))
      .join('\n'),
  );
  return { source: list, options: ['--epochs', '2', '--size', '16', '--batch', '8'] };
}

/** Trains on both, then lets both score with the CPU's model. */
async function compareScans() {
  const { source, options } = scanned();
  const trainedOn = { cpu: path.join(folder, 'cpu'), device: path.join(folder, 'device') };
  for (const [name, out] of [
    ['cpu', trainedOn.cpu],
    [device, trainedOn.device],
  ]) {
    console.error(`Scanning on ${name} …`);
    const args = ['scan', source, '--out', out ?? '', '--device', name ?? '', ...options];
    noteRun(`scan on ${name}`, name ?? '', await cli(args));
  }
  // Not the scan's own scores: a scan judges the images that it was fitted on by the others.
  const scoredOn = { cpu: path.join(folder, 'scored on cpu'), device: path.join(folder, 'scored on device') };
  for (const [name, out] of [
    ['cpu', scoredOn.cpu],
    [device, scoredOn.device],
  ]) {
    console.error(`Scoring on ${name} …`);
    const scored = await cli(['score', trainedOn.cpu, source, '--out', out ?? '', '--device', name ?? '']);
    noteRun(`the CPU's model on ${name}`, name ?? '', scored);
    if (scored.last['event'] !== 'done') return;
  }
  for (const file of readdirSync(path.join(scoredOn.cpu, 'scores')).filter((name) => name.endsWith('.f32'))) {
    const difference = largestDifference(columnOf(scoredOn.cpu, file), columnOf(scoredOn.device, file));
    const result = `robust z of one model differs by at most ${difference.toExponential(1)}`;
    note(`score: ${path.basename(file, '.f32')}`, result, difference <= largest.scores);
  }
}

/**
 * @param {string} what
 * @param {string} wanted
 * @param {{ last: Record<string, any>, code: number, output: string }} result
 */
function noteRun(what, wanted, { last, code, output }) {
  if (last['event'] !== 'done') return note(what, `ended with ${code}: ${output.slice(-300).trim()}`, false);
  const { train, score } = last['imagesPerSecond'] ?? {};
  const rate = (/** @type {number | undefined} */ value) => (value === undefined ? '–' : value.toFixed(0));
  const isThere = last['device'] === wanted;
  const rates = `${rate(train)} images/s in training, ${rate(score)} in scoring, on ${last['device']}`;
  note(what, isThere ? rates : `${rates}: it did not stay on the device, run.json says why`, isThere);
}

/** @param {readonly string[]} args */
async function cli(args) {
  const { code, output } = await run(process.execPath, [inRoot('dist/cli.js'), ...args, '--json'], {
    quiet: true,
    timeoutMs: longestMs,
  });
  return { code, output, last: linesOf(output).at(-1) ?? {} };
}

/**
 * @param {string} output
 * @returns {Record<string, any>[]}
 */
function linesOf(output) {
  return output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));
}

/**
 * @param {string} runFolder
 * @param {string} file
 */
function columnOf(runFolder, file) {
  const bytes = readFileSync(path.join(runFolder, 'scores', file));
  return new Float32Array(Uint8Array.from(bytes).buffer);
}

/**
 * @param {Float32Array} a
 * @param {Float32Array} b
 */
function largestDifference(a, b) {
  return a.reduce(
    (most, value, at) => (Number.isNaN(value) ? most : Math.max(most, Math.abs(value - (b[at] ?? NaN)))),
    0,
  );
}
