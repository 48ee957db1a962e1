/** At most `limit` of the places 0 … count − 1, evenly spread, ascending. */
export function evenSample(count: number, limit: number): Uint32Array {
  const size = Math.min(count, limit);
  return Uint32Array.from({ length: size }, (_, place) => Math.floor((place * count) / size));
}

/** At most `limit` of the numbers, evenly spread, in their order. */
export function evenSampleOf(values: Uint32Array, limit: number): Uint32Array {
  return evenSample(values.length, limit).map((place) => values[place] ?? 0);
}
