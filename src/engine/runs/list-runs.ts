/** Finds the runs that were made of a source. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fallbackFolder, folderBeside, sourceIdentity, userStateFolder } from './places';
import { parseRecord, recordFileName } from './record-file';

/** Newest first, of those beside the source and in the user's folder. Damaged runs are not listed. */
export async function listRunFolders(source: string, fallbackRoot = userStateFolder()): Promise<string[]> {
  const wanted = sourceIdentity(source);
  const found: { folder: string; createdAt: string }[] = [];
  for (const parent of [folderBeside(source), fallbackFolder(source, fallbackRoot)]) {
    if (parent === undefined) continue;
    for (const name of await foldersIn(parent)) {
      const folder = path.join(parent, name);
      const text = await readFile(path.join(folder, recordFileName), 'utf8').catch(() => undefined);
      const record = text === undefined ? 'is missing' : parseRecord(text);
      if (typeof record === 'string' || sourceIdentity(record.request.source) !== wanted) continue;
      found.push({ folder, createdAt: new Date(record.createdAt).toISOString() });
    }
  }
  found.sort((a, b) => compare(b.createdAt, a.createdAt) || compare(b.folder, a.folder));
  return found.map(({ folder }) => folder);
}

async function foldersIn(parent: string): Promise<string[]> {
  try {
    const entries = await readdir(parent, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  } catch {
    // No folder, or none that may be read: no runs there.
    return [];
  }
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
