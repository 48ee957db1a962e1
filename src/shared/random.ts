/** Random numbers of a run: independent streams named by purpose, all from the run's one seed. */
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

export interface RandomStream {
  /** A whole number in [0, limit). */
  below(limit: number): number;
  /** Standard normal (Box–Muller). */
  normal(): number;
}

/** The same seed and name give the same stream, whatever else was drawn before. */
export function randomStream(seed: number, name: string): RandomStream {
  const generator = xoroshiro128plus(hashSeed(seed, name));
  return {
    below: (limit) => uniformInt(generator, 0, limit - 1),
    normal: () => {
      const radius = Math.sqrt(-2 * Math.log(1 - uniformFloat64(generator)));
      return radius * Math.cos(2 * Math.PI * uniformFloat64(generator));
    },
  };
}

/** FNV-1a over seed and name: 32 bits. */
function hashSeed(seed: number, name: string): number {
  let hash = 0x811c9dc5;
  for (const character of `${seed}/${name}`) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  }
  return hash | 0;
}

/** The indexes 0 … count − 1 in random order (Fisher–Yates). */
export function permutation(count: number, stream: RandomStream): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last--) {
    const other = stream.below(last + 1);
    const held = order[last] ?? 0;
    order[last] = order[other] ?? 0;
    order[other] = held;
  }
  return order;
}
