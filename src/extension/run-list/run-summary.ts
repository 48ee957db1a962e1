/** The little of a run that a list of runs shows, read when it is to be shown. */
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import * as v from 'valibot';
import { scanRequestSchema } from '../../shared/settings';

const summarySchema = v.object({
  request: scanRequestSchema,
  createdAt: v.pipe(v.string(), v.isoTimestamp()),
  status: v.picklist(['running', 'done', 'stopped', 'interrupted', 'failed']),
  error: v.exactOptional(v.object({ message: v.string() })),
  images: v.number(),
  unreadable: v.number(),
  model: v.exactOptional(v.object({ preset: v.string() })),
  flagged: v.exactOptional(v.number()),
});
export type RunSummary = v.InferOutput<typeof summarySchema>;

/** The file of a run folder that makes it one. */
export const recordFileName = 'run.json';

/** Undefined for a folder that is no run, or is one of a later version. */
export async function readSummary(runFolder: string): Promise<RunSummary | undefined> {
  const text = await readFile(join(runFolder, recordFileName), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), summarySchema), text);
  return parsed.success ? parsed.output : undefined;
}

/** What a run folder's name alone says; `madeAt` is missing where a person chose the name. */
export interface RunName {
  readonly runFolder: string;
  /** Runs of one source have the same. */
  readonly group: string;
  readonly title: string;
  /** `yyyymmdd-hhmmss` */
  readonly madeAt?: string;
}

/** By the engine's way of naming runs: `<source>-<yyyymmdd>-<hhmmss>`, `-2` behind it for a second in that second. */
export function nameOfRun(runFolder: string): RunName {
  const [, title, madeAt] = /^(.+)-(\d{8}-\d{6})(?:-\d+)?$/.exec(basename(runFolder)) ?? [];
  if (title === undefined || madeAt === undefined) {
    return { runFolder, group: runFolder, title: basename(runFolder) };
  }
  return { runFolder, group: join(dirname(runFolder), title), title, madeAt };
}

export interface RunGroup {
  readonly group: string;
  readonly title: string;
  /** Newest first. */
  readonly runs: readonly RunName[];
}

/** The group with the newest run first; runs whose names say no time come last, by name. */
export function groupRuns(runFolders: readonly string[]): RunGroup[] {
  const groups = new Map<string, RunName[]>();
  for (const run of new Set(runFolders)) {
    const name = nameOfRun(run);
    groups.set(name.group, [...(groups.get(name.group) ?? []), name]);
  }
  const newest = (one: RunName, other: RunName) =>
    compare(other.madeAt ?? '', one.madeAt ?? '') || compare(one.runFolder, other.runFolder);
  return [...groups.values()]
    .map((runs) => runs.sort(newest))
    .sort(([one], [other]) => (one && other ? newest(one, other) : 0))
    .map((runs) => ({ group: runs[0]?.group ?? '', title: runs[0]?.title ?? '', runs }));
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
