/** Finds the label file among the text files beside a data set. */
import path from 'node:path';
import { readLabels } from './labels';
import type { FolderView } from './folder-view';
import { openSource } from './open-source';

/** Beyond this many text files they are something else, such as one for each image. */
const mostCandidates = 20;
const tellingName = /label|annot|truth|target|answer|\bgt\b/i;

/**
 * The first text file directly in one of the folders that labels images of `source` both good and bad. Files whose
 * names tell come first.
 */
export async function findLabels(source: string, folders: readonly FolderView[]): Promise<string | undefined> {
  const candidates = folders.flatMap((folder) =>
    folder.texts.length > mostCandidates ? [] : folder.texts.map((name) => path.join(folder.path, name)),
  );
  if (candidates.length === 0) return undefined;
  const paths = await pathsOf(source);
  const telling = (file: string) => tellingName.test(path.basename(file));
  for (const file of [...candidates.filter(telling), ...candidates.filter((each) => !telling(each))]) {
    if (await isLabelFile(file, paths)) return file;
  }
  return undefined;
}

/** Whether the file can be read as labels, and says of some of the images that they are good and of some that not. */
export async function isLabelFile(file: string, paths: readonly string[]): Promise<boolean> {
  // Whatever is wrong with it, it is no label file then.
  const found = await readLabels(file, paths).catch(() => undefined);
  return found !== undefined && found.labels.includes(0) && found.labels.includes(1);
}

async function pathsOf(location: string): Promise<readonly string[]> {
  const source = await openSource(location, new AbortController().signal).catch(() => undefined);
  await source?.close();
  return source?.paths ?? [];
}
