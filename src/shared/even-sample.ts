/** At most `limit` of the places 0 … count − 1, evenly spread, ascending. */
export function evenSample(count: number, limit: number): Uint32Array {
  const size = Math.min(count, limit);
  return Uint32Array.from({ length: size }, (_, place) => Math.floor((place * count) / size));
}
