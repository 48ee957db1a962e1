/**
 * What marks are worth, through the public command line: a person marks the ten strangest images that are not marked
 * yet, sees the ranking that learned from it, and goes on. `node scripts/bench.mjs marks [--runs FOLDER]` takes the runs
 * that the quality bench left behind, or any folder of runs with labels. Reviews in them are put back as they were.
 */
import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs, promisify } from 'node:util';
import * as v from 'valibot';
import { auroc, averagePrecision } from '../../src/shared/ranking';
import { describeMachine } from '../machine';

const marksARound = 10;
const rounds = 3;
/** What a person looks at: the measure is the share of the anomalies in it. */
const lookedAtShare = 0.02;

const exportSchema = v.object({
  images: v.array(v.object({ index: v.number(), score: v.optional(v.number()) })),
});

interface Row {
  readonly run: string;
  readonly images: number;
  readonly anomalies: number;
  /** Share of the anomalies in the first 2 % that a person looks at. */
  readonly effort: number;
  readonly effortWithoutMarks: number;
  /** Of the images that three rounds left unmarked; null where no anomaly is among them. */
  readonly auroc: number | null;
  readonly aurocWithoutMarks: number | null;
  readonly averagePrecision: number | null;
  readonly averagePrecisionWithoutMarks: number | null;
}

const { values } = parseArgs({ options: { runs: { type: 'string', default: '.cache/bench-quality/runs' } } });
const run = promisify(execFile);
const largestOutput = 2 ** 28;

const folders = await readdir(path.resolve(values.runs)).catch(() => []);
const rows: Row[] = [];
for (const name of folders.sort()) {
  const folder = path.resolve(values.runs, name);
  const labels = await readFile(path.join(folder, 'labels.i8')).catch(() => undefined);
  if (!labels) continue;
  const row = await withReviewPutBack(folder, () => review(name, folder, new Int8Array(labels)));
  rows.push(row);
  console.log(line(row));
}
if (rows.length === 0) {
  console.error(
    `There are no runs with labels in ${values.runs}: run the quality bench first, or name others with --runs.`,
  );
  process.exit(2);
}
await mkdir('bench/results', { recursive: true });
await writeFile('bench/results/marks.json', `${JSON.stringify({ machine: describeMachine(), rows }, undefined, 1)}\n`);

async function review(name: string, folder: string, labels: Int8Array): Promise<Row> {
  await rm(path.join(folder, 'review.json'), { force: true });
  const first = await ranking(folder);
  const marked = new Set<number>();
  const places = Math.max(marksARound, Math.round(lookedAtShare * labels.length));
  const isOdd = (index: number) => labels[index] === 1;
  const found: number[] = [];
  let scores = first;
  let rest = { after: labels, scores };
  for (let round = 1; round <= rounds || marked.size < places; round++) {
    const shown = strangest(scores, marked).slice(0, marksARound);
    if (shown.length === 0) break;
    for (const index of shown) {
      marked.add(index);
      if (marked.size <= places && isOdd(index)) found.push(index);
    }
    await mark(
      folder,
      shown.filter(isOdd),
      shown.filter((index) => !isOdd(index)),
    );
    scores = await ranking(folder);
    if (round === rounds) rest = { after: labels.map((label, index) => (marked.has(index) ? -1 : label)), scores };
  }
  const anomalies = labels.filter((label) => label === 1).length;
  const foundWithout = strangest(first, new Set()).slice(0, places).filter(isOdd).length;
  return {
    run: name,
    images: labels.length,
    anomalies,
    effort: found.length / anomalies,
    effortWithoutMarks: foundWithout / anomalies,
    auroc: auroc(rest.scores, rest.after) ?? null,
    aurocWithoutMarks: auroc(first, rest.after) ?? null,
    averagePrecision: averagePrecision(rest.scores, rest.after) ?? null,
    averagePrecisionWithoutMarks: averagePrecision(first, rest.after) ?? null,
  };
}

function strangest(scores: Float32Array, but: ReadonlySet<number>): number[] {
  return [...scores.keys()]
    .filter((index) => !but.has(index) && !Number.isNaN(scores[index]))
    .sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b);
}

async function mark(folder: string, bad: readonly number[], good: readonly number[]): Promise<void> {
  const option = (name: string, indexes: readonly number[]) =>
    indexes.length > 0 ? [name, ...indexes.map(String)] : [];
  await cli(['mark', folder, ...option('--bad', bad), ...option('--good', good), '--learn', 'on', '--json']);
}

/** The score in force, in data-set order. */
async function ranking(folder: string): Promise<Float32Array> {
  const { images } = v.parse(exportSchema, JSON.parse(await cli(['export', folder, '--format', 'json', '--out', '-'])));
  return Float32Array.from(images, ({ score }) => score ?? NaN);
}

async function cli(args: readonly string[]): Promise<string> {
  const { stdout } = await run(process.execPath, ['dist/cli.js', ...args], { maxBuffer: largestOutput });
  return stdout;
}

async function withReviewPutBack<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const file = path.join(folder, 'review.json');
  const before = await readFile(file).catch(() => undefined);
  try {
    return await work();
  } finally {
    await (before ? writeFile(file, before) : rm(file, { force: true }));
  }
}

function line(row: Row): string {
  const figures = (now: number | null, before: number | null) =>
    now === null || before === null ? '–' : `${now.toFixed(3)} (${before.toFixed(3)})`;
  return (
    `${row.run}: ${row.anomalies} of ${row.images} odd; found in the first 2 %: ${figures(row.effort, row.effortWithoutMarks)}; ` +
    `on the rest AUROC ${figures(row.auroc, row.aurocWithoutMarks)}, average precision ${figures(row.averagePrecision, row.averagePrecisionWithoutMarks)}`
  );
}
