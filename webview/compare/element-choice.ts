/** Which elements of a code are listed. */
import type { LatentComparison } from '../../src/shared/contracts';

/** Numbers from 1 in `2, 5-8`; undefined for an empty text, the readable ones of a half-typed one. */
export function readElements(text: string, length: number): number[] | undefined {
  if (text.trim() === '') return undefined;
  const chosen = new Set<number>();
  for (const part of text.split(/[\s,;]+/)) {
    const [, first, last] = /^(\d+)(?:[-–](\d+))?$/.exec(part) ?? [];
    if (first === undefined) continue;
    const end = Math.min(Number(last ?? first), length);
    for (let element = Math.max(1, Number(first)); element <= end; element++) chosen.add(element);
  }
  return [...chosen];
}

/** All numbers, those first that are nearest to an end of what the images have. */
export function unusualFirst({ before, lowest, highest }: LatentComparison): number[] {
  const farOut = before.map((value, place) => {
    const low = lowest[place] ?? NaN;
    const high = highest[place] ?? NaN;
    const half = (high - low) / 2;
    const share = Math.abs(value - (low + half)) / half;
    return Number.isFinite(share) ? share : 0;
  });
  return inOrder(before.length).sort((a, b) => (farOut[b - 1] ?? 0) - (farOut[a - 1] ?? 0) || a - b);
}

export function inOrder(length: number): number[] {
  return Array.from({ length }, (_, place) => place + 1);
}
