/** Whether something made is newer than all it was made of. */
import { existsSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * The latest change of any file under the given files and folders, in milliseconds; those that are missing count as 0.
 * @param {readonly string[]} places
 * @returns {number}
 */
export function newestChange(places) {
  let newest = 0;
  for (const place of places) {
    const stats = statSync(place, { throwIfNoEntry: false });
    if (stats === undefined) continue;
    newest = Math.max(newest, stats.mtimeMs);
    if (!stats.isDirectory()) continue;
    newest = Math.max(newest, newestChange(readdirSync(place).map((name) => path.join(place, name))));
  }
  return newest;
}

/**
 * @param {string} stamp a file whose time says when the work began
 * @param {readonly string[]} sources
 * @param {readonly string[]} products
 */
export function isFresh(stamp, sources, products) {
  const made = statSync(stamp, { throwIfNoEntry: false });
  return made !== undefined && products.every((file) => existsSync(file)) && made.mtimeMs >= newestChange(sources);
}

/**
 * Notes that the work begun at the given time is done; what changed meanwhile is newer than the note.
 * @param {string} stamp
 * @param {Date} begun
 */
export function noteDone(stamp, begun) {
  mkdirSync(path.dirname(stamp), { recursive: true });
  writeFileSync(stamp, '');
  utimesSync(stamp, begun, begun);
}
