/** Which images the grid shows, in which order. */
import { countLeading } from '../../src/shared/count-leading';
import type { RankedScores } from '../../src/shared/ranked-scores';

/** Base order by file name, numbers by value; images of the same name in data-set order. */
export function orderByName(paths: readonly string[]): Uint32Array {
  // Keys are made once: a collator called for each comparison takes a second for 100,000 names.
  const keys = paths.map((path) => nameKey(path));
  const order = orderOfDataSet(paths.length);
  return order.sort((a, b) => {
    const left = keys[a] ?? '';
    const right = keys[b] ?? '';
    return left < right ? -1 : left > right ? 1 : a - b;
  });
}

export function orderOfDataSet(count: number): Uint32Array {
  return Uint32Array.from({ length: count }, (_, index) => index);
}

/** Those of `order` that `accept` takes, in that order. */
export function filterItems(order: Uint32Array, accept: (index: number) => boolean): Uint32Array {
  const items = new Uint32Array(order.length);
  let count = 0;
  for (const index of order) if (accept(index)) items[count++] = index;
  return items.subarray(0, count);
}

/** A test for paths that contain every word of `search`, whatever the case; undefined for an empty search. */
export function searchTest(
  search: string,
  lowerCasePaths: () => readonly string[],
): ((index: number) => boolean) | undefined {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return undefined;
  const paths = lowerCasePaths();
  return (index) => words.every((word) => paths[index]?.includes(word) ?? false);
}

/** How many of `items`, sorted strangest first, reach the threshold. */
export function countAbove(items: Uint32Array, scores: RankedScores, threshold: number): number {
  return countLeading(items.length, (place) => scores.scoreOf(items[place] ?? -1) >= threshold);
}

function nameKey(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  return name.replace(/\d+/g, (digits) => digits.padStart(16, '0'));
}
