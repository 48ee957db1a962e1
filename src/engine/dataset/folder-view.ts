/** What lies directly in a folder: enough to recognise how a data set is laid out. */
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { isArrayFile } from '../../shared/source-location';
import { hasImageExtension } from './image-formats';
import { sortPaths } from './natural-order';

export interface FolderView {
  /** Absolute. */
  readonly path: string;
  /** Names in natural order, hidden ones left out; links count as what they lead to. */
  readonly folders: readonly string[];
  readonly arrays: readonly string[];
  /** Text files and tables, which may hold labels. */
  readonly texts: readonly string[];
  readonly images: number;
}

/** A folder that cannot be read has nothing in it. */
export async function lookInto(folder: string): Promise<FolderView> {
  const folders: string[] = [];
  const arrays: string[] = [];
  const texts: string[] = [];
  let images = 0;
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const { name } = entry;
    if (name.startsWith('.')) continue;
    const target = entry.isSymbolicLink() ? await stat(path.join(folder, name)).catch(() => undefined) : entry;
    if (target?.isDirectory()) folders.push(name);
    else if (hasImageExtension(name)) images++;
    else if (isArrayFile(name)) arrays.push(name);
    else if (/\.(txt|csv|tsv)$/i.test(name)) texts.push(name);
  }
  return {
    path: folder,
    images,
    folders: sortPaths(folders),
    arrays: sortPaths(arrays),
    texts: sortPaths(texts),
  };
}
