/** The values that a backend gives: joined, and compared with another one's. */

/** One after the other; of a single part, that very array. */
export function joinFloats(parts: readonly Float32Array[]): Float32Array {
  const [first] = parts;
  if (first !== undefined && parts.length === 1) return first;
  const whole = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let start = 0;
  for (const part of parts) {
    whole.set(part, start);
    start += part.length;
  }
  return whole;
}

/** NaN where either is no number. */
export function largestDifference(seen: Float32Array, expected: Float32Array): number {
  // Math.max keeps NaN.
  return expected.reduce((largest, value, at) => Math.max(largest, Math.abs((seen[at] ?? NaN) - value)), 0);
}

/** A difference as people read it. */
export function percent(share: number): string {
  return `${(100 * share).toPrecision(2)} %`;
}
