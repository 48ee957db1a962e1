/** What was measured: kept between benches, as tables, and beside what was kept before. */
import { readFile, writeFile } from 'node:fs/promises';
import * as v from 'valibot';
import { describeMachine } from '../machine';
import { heldOut } from './sets';

const qualitySchema = v.object({ auroc: v.number(), averagePrecision: v.number() });
type Quality = v.InferOutput<typeof qualitySchema>;

export const scanResultSchema = v.object({
  event: v.literal('done'),
  images: v.number(),
  flagged: v.number(),
  ...qualitySchema.entries,
  tpr: v.number(),
  tnr: v.number(),
  perScore: v.record(v.string(), qualitySchema),
  seconds: v.record(v.string(), v.number()),
});
export type ScanResult = v.InferOutput<typeof scanResultSchema>;

const rowSchema = v.object({
  set: v.string(),
  seed: v.number(),
  /** Of the scan, as they are written; absent: its defaults. */
  options: v.exactOptional(v.array(v.string())),
  measuredAt: v.exactOptional(v.string()),
  result: scanResultSchema,
  peers: v.exactOptional(v.record(v.string(), v.object({ ...qualitySchema.entries, seconds: v.number() }))),
});
export type Row = v.InferOutput<typeof rowSchema>;

const keptSchema = v.object({ rows: v.array(rowSchema) });

/** None where the file is not there. */
export async function readKept(file: string): Promise<readonly Row[]> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  return text === undefined ? [] : v.parse(v.pipe(v.string(), v.parseJson(), keptSchema), text).rows;
}

/** The new rows, and of the kept ones those that were not measured anew. */
export async function keep(file: string, rows: readonly Row[], kept: readonly Row[]) {
  const others = kept.filter((row) => !rows.some((fresh) => isSame(row, fresh)));
  const all = [...others, ...rows].sort(
    (a, b) => optionsOf(a).localeCompare(optionsOf(b)) || a.set.localeCompare(b.set) || a.seed - b.seed,
  );
  const summary = { machine: describeMachine(), rows: all };
  await writeFile(file, `${JSON.stringify(summary, undefined, 1)}\n`);
}

function isSame(a: Row, b: Row): boolean {
  return a.set === b.set && a.seed === b.seed && optionsOf(a) === optionsOf(b);
}

function optionsOf({ options = [] }: Row): string {
  return options.join(' ');
}

/** Sets as rows, scores as columns: means over seeds, with their spread where there are several; last the means of all. */
export function table(all: readonly Row[]): string {
  const names = [...new Set(all.flatMap((row) => Object.keys(qualities(row))))];
  const sets = [...new Set(all.map(({ set }) => set))];
  const groups = [
    { title: 'mean', of: all.filter(({ set }) => !set.startsWith(heldOut)) },
    { title: 'mean of the held-out', of: all.filter(({ set }) => set.startsWith(heldOut)) },
  ];
  const line = (title: string, of: readonly Row[], spread: boolean) =>
    `| ${title} | ${names.map((name) => cell(of, name, spread)).join(' | ')} |`;
  return [
    `| AUROC / average precision | ${names.join(' | ')} |`,
    `|---|${names.map(() => '---|').join('')}`,
    ...sets.map((set) => line(set, rowsOf(all, set), true)),
    ...groups.filter(({ of }) => of.length > 0).map(({ title, of }) => line(title, of, false)),
  ].join('\n');
}

/** What became better or worse since the rows that were kept, by set and over all; empty when there is nothing to compare. */
export function comparedWith(kept: readonly Row[], rows: readonly Row[]): string[] {
  const pairs = rows.flatMap((row) => {
    const before = kept.find((other) => isSame(other, row));
    return before ? [{ set: row.set, row, before }] : [];
  });
  if (pairs.length === 0) return [];
  const line = (title: string, of: typeof pairs) => {
    const change = (key: keyof Quality) => mean(of.map(({ row, before }) => row.result[key] - before.result[key]));
    return `${title}: AUROC ${signed(change('auroc'))}, average precision ${signed(change('averagePrecision'))}`;
  };
  const sets = [...new Set(pairs.map(({ set }) => set))];
  return [
    'Beside what was kept:',
    ...sets.map((set) =>
      line(
        set,
        pairs.filter((pair) => pair.set === set),
      ),
    ),
    line('mean', pairs),
  ];
}

/** The share of the first 1 %, at least five images, that two rankings of one set have in common: the mean over pairs. */
export function overlap(rankings: readonly Float32Array[]): number | undefined {
  const tops = rankings.map((scores) => {
    const strangeness = (image: number) => (Number.isNaN(scores[image]) ? 0 : (scores[image] ?? 0));
    const strangest = [...scores.keys()].sort((a, b) => strangeness(b) - strangeness(a));
    return new Set(strangest.slice(0, Math.max(5, Math.round(scores.length / 100))));
  });
  const shares = tops.flatMap((top, place) =>
    tops.slice(place + 1).map((other) => [...top].filter((image) => other.has(image)).length / top.size),
  );
  return shares.length === 0 ? undefined : mean(shares);
}

export function describeRow({ set, seed, result, peers }: Row): string {
  const scores = Object.entries({ ...result.perScore, ...peers }).map(
    ([name, quality]) => `${name} ${figures(quality)}`,
  );
  return `${set} seed ${seed}: ${figures(result)} in ${(result.seconds['total'] ?? 0).toFixed(0)} s (${scores.join(', ')})`;
}

function qualities({ result, peers }: Row): Readonly<Record<string, Quality>> {
  return { ...result.perScore, ...peers };
}

function rowsOf(all: readonly Row[], set: string): Row[] {
  return all.filter((row) => row.set === set);
}

function cell(rows: readonly Row[], name: string, spread: boolean): string {
  const found = rows.flatMap((row) => qualities(row)[name] ?? []);
  if (found.length === 0) return '–';
  const aurocs = found.map(({ auroc }) => auroc);
  const precisions = found.map(({ averagePrecision }) => averagePrecision);
  const means = figures({ auroc: mean(aurocs), averagePrecision: mean(precisions) });
  return spread && found.length > 1
    ? `${means} ± ${deviation(aurocs).toFixed(3)}/${deviation(precisions).toFixed(2)}`
    : means;
}

function figures({ auroc, averagePrecision }: Quality): string {
  return `${auroc.toFixed(3)}/${averagePrecision.toFixed(2)}`;
}

function signed(change: number): string {
  return `${change < 0 ? '−' : '+'}${Math.abs(change).toFixed(4)}`;
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

/** Of a sample. */
function deviation(numbers: readonly number[]): number {
  const centre = mean(numbers);
  return Math.sqrt(numbers.reduce((sum, number) => sum + (number - centre) ** 2, 0) / Math.max(1, numbers.length - 1));
}
