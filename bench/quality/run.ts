/**
 * Detection quality through the public command line with default settings: AUROC and average precision of every score
 * on sets with known anomalies. `node scripts/bench.mjs quality [--sets a,b] [--seeds 0,1,2] [-- scan options]`
 */
import { spawn } from 'node:child_process';
import { access, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { describeMachine } from '../machine';
import { qualitySets, type MadeSet } from './sets';

interface Quality {
  readonly auroc: number;
  readonly averagePrecision: number;
}

interface ScanResult {
  readonly event: 'done';
  run?: string;
  readonly images: number;
  readonly flagged: number;
  readonly auroc: number;
  readonly averagePrecision: number;
  readonly tpr: number;
  readonly tnr: number;
  readonly perScore: Readonly<Record<string, Quality>>;
  readonly seconds: Readonly<Record<string, number>>;
}

interface Row {
  readonly set: string;
  readonly seed: number;
  readonly result: ScanResult;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sets: { type: 'string' },
    seeds: { type: 'string', default: '0' },
    data: { type: 'string', default: '../shared/data' },
    keep: { type: 'boolean', default: false },
  },
});

const work = path.resolve('.cache/bench-quality');
const data = path.resolve(values.data);
await access(data).catch(() => {
  console.error(`The images for this bench are not at ${data}; name their folder with --data.`);
  process.exit(2);
});

const wanted = values.sets?.split(',');
const seeds = values.seeds.split(',').map(Number);
const rows: Row[] = [];
for (const set of qualitySets.filter(({ name }) => wanted?.includes(name) ?? true)) {
  if (set.needs !== undefined && !(await isThere(set.needs))) {
    console.log(`${set.name} left out: its images are not at ${set.needs}`);
    continue;
  }
  const folder = path.join(work, 'sets', set.name);
  const made = await makeOnce(folder, () => set.make(data, folder));
  for (const seed of seeds) {
    const result = await scan(made, path.join(work, 'runs', `${set.name}-${seed}`), seed);
    rows.push({ set: set.name, seed, result });
    console.log(describeRow({ set: set.name, seed, result }));
  }
}
console.log(table(rows));
await mkdir('bench/results', { recursive: true });
const summary = { machine: describeMachine(), options: positionals, rows };
await writeFile('bench/results/quality.json', `${JSON.stringify(summary, undefined, 1)}\n`);

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
    return JSON.parse(await readFile(note, 'utf8')) as MadeSet; // written below by this very function
  } catch {
    const made = await make();
    await writeFile(note, JSON.stringify(made));
    return made;
  }
}

async function scan(set: MadeSet, run: string, seed: number): Promise<ScanResult> {
  await rm(run, { recursive: true, force: true });
  const options = ['--labels', set.labels, '--out', run, '--seed', String(seed), '--json', ...positionals];
  if (set.trainOn !== undefined) options.push('--train-on', set.trainOn, '--with-source', 'auto');
  const child = spawn(process.execPath, ['dist/cli.js', 'scan', set.source, ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let last = '';
  for await (const line of createInterface({ input: child.stdout })) last = line;
  const result = JSON.parse(last) as ScanResult | { event: 'error' }; // as the command line's contract says
  if (result.event !== 'done') throw new Error(`The scan of ${set.source} ended with: ${last}`);
  if (!values.keep) await rm(path.join(run, 'cache'), { recursive: true, force: true });
  delete result.run; // a path of this machine says nothing to others
  return result;
}

function describeRow({ set, seed, result }: Row): string {
  const scores = Object.entries(result.perScore).map(([name, quality]) => `${name} ${figures(quality)}`);
  return `${set} seed ${seed}: ${figures(result)} in ${(result.seconds['total'] ?? 0).toFixed(0)} s (${scores.join(', ')})`;
}

function figures({ auroc, averagePrecision }: Quality): string {
  return `${auroc.toFixed(3)}/${averagePrecision.toFixed(2)}`;
}

/** Sets as rows, scores as columns, means over seeds; the last row is the mean over sets. */
function table(all: readonly Row[]): string {
  const names = Object.keys(all[0]?.result.perScore ?? {});
  const sets = [...new Set(all.map(({ set }) => set))];
  const meanOf = (of: readonly Row[], name: string): Quality => ({
    auroc: mean(of.map(({ result }) => result.perScore[name]?.auroc ?? NaN)),
    averagePrecision: mean(of.map(({ result }) => result.perScore[name]?.averagePrecision ?? NaN)),
  });
  const line = (title: string, of: readonly Row[]) =>
    `| ${title} | ${names.map((name) => figures(meanOf(of, name))).join(' | ')} |`;
  return [
    `| AUROC / average precision | ${names.join(' | ')} |`,
    `|---|${names.map(() => '---|').join('')}`,
    ...sets.map((set) =>
      line(
        set,
        all.filter((row) => row.set === set),
      ),
    ),
    line('mean', all),
  ].join('\n');
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}
