/** What was measured on this machine, kept by what it was measured of; the last measurement counts. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import * as v from 'valibot';
import { describeMachine, resultFile } from '../machine';

const rowSchema = v.object({
  ratio: v.number(),
  goal: v.optional(v.number()),
  network: v.string(),
  mode: v.string(),
  batch: v.number(),
  backend: v.string(),
  device: v.string(),
  threads: v.number(),
  /** Of the processor's clock only the time at work counts. */
  clock: v.string(),
  imagesPerSecond: v.number(),
  peerImagesPerSecond: v.number(),
  peerLayout: v.string(),
  peakMegabytes: v.number(),
  secondsToFirstStep: v.number(),
  /** Runnable programs on average, of the last minute: above the number of cores, both sides were disturbed. */
  load: v.number(),
  versions: v.record(v.string(), v.string()),
  measuredAt: v.string(),
});
export type Row = v.InferOutput<typeof rowSchema>;

const fileSchema = v.object({ machine: v.unknown(), results: v.array(rowSchema) });

/** Comparisons with another PyTorch stand beside each other. */
const keyOf = ({ network, mode, batch, backend, device, threads, clock, versions }: Row) =>
  [network, mode, batch, backend, device, threads, clock, versions['torch']].join(' ');

/** Puts the row in place of an earlier one of the same; at once, so that a stop loses nothing. */
export function keepRow(root: string, row: Row): string {
  const machine = describeMachine();
  const file = resultFile('speed', machine, root);
  const earlier = existsSync(file) ? v.safeParse(fileSchema, JSON.parse(readFileSync(file, 'utf8'))) : undefined;
  const others = (earlier?.success ? earlier.output.results : []).filter((other) => keyOf(other) !== keyOf(row));
  writeFileSync(file, `${JSON.stringify({ machine, results: [...others, row] }, undefined, 2)}\n`);
  return file;
}

/** Ratios first. */
export function tableOf(rows: readonly Row[]): string {
  const heads = ['of PyTorch', 'goal', 'network', 'mode', 'batch', 'on', 'images/s', 'PyTorch', 'MB', 'first step'];
  const lines = rows.map((row) => [
    row.ratio.toFixed(2),
    row.goal === undefined ? '' : `${String(row.goal)}${row.ratio >= row.goal ? '' : ' missed'}`,
    row.network,
    row.mode,
    String(row.batch),
    `${row.backend} ${row.device}`,
    row.imagesPerSecond.toFixed(0),
    `${row.peerImagesPerSecond.toFixed(0)} ${row.peerLayout}`,
    row.peakMegabytes.toFixed(0),
    `${row.secondsToFirstStep.toFixed(1)} s`,
  ]);
  const widths = heads.map((head, column) => Math.max(head.length, ...lines.map((line) => line[column]?.length ?? 0)));
  return [heads, ...lines]
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
