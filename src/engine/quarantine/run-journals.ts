/** A run remembers the journals of what was moved out of it, so that it can still show those images. */
import path from 'node:path';
import * as v from 'valibot';
import type { FilesAway } from '../../shared/moves';
import { writeAtomically } from '../runs/atomic';
import type { RunFolder } from '../runs/run-folder';
import { Journal, type JournaledMove } from './journal';

const fileName = 'moves.json';
const schema = v.object({ version: v.literal(1), journals: v.array(v.string()) });

/** The newest first; those that are gone are passed over. */
export async function journalsOf(run: RunFolder): Promise<Journal[]> {
  const journals = await Promise.allSettled((await journalFiles(run)).map((file) => Journal.read(file)));
  return journals.flatMap((journal) => (journal.status === 'fulfilled' ? [journal.value] : [])).reverse();
}

/** What has gone and not come back, by the image's path; the last time counts. @param journals the newest first */
export function movesBy(journals: readonly Journal[]): ReadonlyMap<string, JournaledMove> {
  const moves = [...journals].reverse().flatMap((journal) => journal.moves);
  return new Map(moves.filter(({ state }) => state === 'moved').map((move) => [move.path, move]));
}

/** What has gone by each journal and not come back, the newest first. */
export async function filesAway(run: RunFolder): Promise<FilesAway[]> {
  return (await journalsOf(run)).flatMap(({ file, folder, moves }) => {
    const files = moves.filter(({ state }) => state === 'moved').length;
    return files > 0 ? [{ journal: file, folder, files }] : [];
  });
}

/** Absolute, the oldest first. */
export async function journalFiles(run: RunFolder): Promise<readonly string[]> {
  const bytes = await run.readBlob(fileName);
  if (!bytes) return [];
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), Buffer.from(bytes).toString('utf8'));
  return parsed.success ? parsed.output.journals : [];
}

export async function noteJournal(run: RunFolder, file: string): Promise<void> {
  const known = await journalFiles(run);
  if (known.includes(file)) return;
  const content = { version: 1, journals: [...known, file] };
  await writeAtomically(path.join(run.folder, fileName), `${JSON.stringify(content, undefined, 2)}\n`);
}
