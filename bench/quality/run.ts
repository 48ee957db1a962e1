/**
 * Detection quality through the public command line with default settings: AUROC and average precision of every score
 * on sets with known anomalies. `node scripts/bench.mjs quality [--sets a,b] [--seeds 0,1,2] [--peers] [--backbone FILE]
 * [-- scan options]`. The table is kept in bench/results and compared with what was kept there of the same options.
 */
import { spawn } from 'node:child_process';
import { access, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import * as v from 'valibot';
import { askPeers } from './peers/ask-peers';
import {
  comparedWith,
  describeRow,
  keep,
  overlap,
  readKept,
  scanResultSchema,
  table,
  type Row,
  type ScanResult,
} from './results';
import { qualitySets, type MadeSet } from './sets';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sets: { type: 'string' },
    seeds: { type: 'string', default: '0' },
    data: { type: 'string', default: '../shared/data' },
    keep: { type: 'boolean', default: false },
    peers: { type: 'boolean', default: false },
    backbone: { type: 'string' },
  },
});
const options = [
  ...(values.backbone === undefined ? [] : ['--backbone', path.resolve(values.backbone)]),
  ...positionals,
];
/** What was asked beyond the defaults, without a place of this machine in it. */
const told = options.map((word) => (path.isAbsolute(word) ? path.basename(word) : word));

const root = process.cwd();
const work = path.resolve('.cache/bench-quality');
const resultFile = 'bench/results/quality.json';
const data = path.resolve(values.data);
await access(data).catch(() => {
  console.error(`The images for this bench are not at ${data}; name their folder with --data.`);
  process.exit(2);
});

const wanted = values.sets?.split(',');
const seeds = values.seeds.split(',').map(Number);
const runs = path.join(work, ['runs', ...told.map((word) => word.replaceAll(/[^\w.]/g, ''))].join('-'));
const rows: Row[] = [];
for (const set of qualitySets.filter(({ name }) => wanted?.includes(name) ?? true)) {
  if (set.needs !== undefined && !(await isThere(set.needs))) {
    console.log(`${set.name} left out: its images are not at ${set.needs}`);
    continue;
  }
  const folder = path.join(work, 'sets', set.name);
  const made = await makeOnce(folder, () => set.make(data, folder));
  const rankings: Float32Array[] = [];
  for (const seed of seeds) {
    const run = path.join(runs, `${set.name}-${seed}`);
    const result = await scan(made, run, seed);
    const peers = values.peers && seed === seeds[0] && { peers: await askPeers(root, made, await inputShape(run)) };
    const row = {
      set: set.name,
      seed,
      ...(told.length > 0 && { options: told }),
      measuredAt: new Date().toISOString(),
      result,
      ...peers,
    };
    rows.push(row);
    rankings.push(await ranking(run));
    console.log(describeRow(row));
  }
  const common = overlap(rankings);
  if (common !== undefined) console.log(`${set.name}: two seeds share ${(100 * common).toFixed(0)} % of the first 1 %`);
}
console.log(table(rows));
await mkdir('bench/results', { recursive: true });
const kept = await readKept(resultFile);
for (const line of comparedWith(kept, rows)) console.log(line);
await keep(resultFile, rows, kept);

function isThere(folder: string): Promise<boolean> {
  return access(folder).then(
    () => true,
    () => false,
  );
}

async function makeOnce(folder: string, make: () => Promise<MadeSet>): Promise<MadeSet> {
  await mkdir(folder, { recursive: true });
  const note = path.join(folder, 'set.json');
  try {
    const { source, labels, trainOn } = JSON.parse(await readFile(note, 'utf8')) as MadeSet; // written below by this very function
    const at = (place: string) => path.resolve(folder, place);
    const made = { source: at(source), labels: at(labels), ...(trainOn !== undefined && { trainOn: at(trainOn) }) };
    await access(made.source);
    return made;
  } catch {
    const made = await make();
    const places = Object.entries(made).map(([name, place]) => [name, path.relative(folder, String(place))]);
    await writeFile(note, JSON.stringify(Object.fromEntries(places)));
    return made;
  }
}

async function scan(set: MadeSet, run: string, seed: number): Promise<ScanResult> {
  await rm(run, { recursive: true, force: true });
  const words = ['--labels', set.labels, '--out', run, '--seed', String(seed), '--json', ...options];
  if (set.trainOn !== undefined) words.push('--train-on', set.trainOn, '--with-source', 'auto');
  const child = spawn(process.execPath, ['dist/cli.js', 'scan', set.source, ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let last = '';
  for await (const line of createInterface({ input: child.stdout })) last = line;
  // Only what is listed is kept: a path of this machine says nothing to others.
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), scanResultSchema), last);
  if (!result.success) throw new Error(`The scan of ${set.source} ended with: ${last}`);
  if (!values.keep) await rm(path.join(run, 'cache'), { recursive: true, force: true });
  return result.output;
}

/** What the network saw: [channels, height, width]. */
async function inputShape(run: string): Promise<readonly number[]> {
  const record = await readFile(path.join(run, 'run.json'), 'utf8');
  const schema = v.pipe(v.string(), v.parseJson(), v.object({ inputShape: v.array(v.number()) }));
  return v.parse(schema, record).inputShape;
}

/** The composite of every image. */
async function ranking(run: string): Promise<Float32Array> {
  const bytes = await readFile(path.join(run, 'scores', 'anomaly.f32'));
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4).slice();
}
