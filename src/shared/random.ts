/** Random numbers of a run: independent streams named by purpose, all from the run's one seed. */
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

export interface RandomStream {
  /** A whole number in [0, limit). */
  below(limit: number): number;
  /** Standard normal (Box–Muller). */
  normal(): number;
}

/** The same seed and name give the same stream, whatever else was drawn before. */
export function randomStream(seed: number, name: string): RandomStream {
  const generator = xoroshiro128plusFromState(beginningOf(seed, name));
  return {
    below: (limit) => uniformInt(generator, 0, limit - 1),
    normal: () => {
      const radius = Math.sqrt(-2 * Math.log(1 - uniformFloat64(generator)));
      return radius * Math.cos(2 * Math.PI * uniformFloat64(generator));
    },
  };
}

/**
 * 128 bits of state from seed and name. Two chains of MurmurHash3's rounds (Appleby) take in one character after the
 * other and know of each other, then each word is finished by itself: names that differ in their last digit, as those
 * of neighbouring images do, begin streams that have nothing in common.
 */
function beginningOf(seed: number, name: string): [number, number, number, number] {
  const text = `${seed}/${name}`;
  let [first, second] = [0x9e3779b9, 0x243f6a88];
  for (let place = 0; place < text.length; place++) {
    const unit = Math.imul(text.charCodeAt(place), 0xcc9e2d51);
    const bits = Math.imul((unit << 15) | (unit >>> 17), 0x1b873593);
    first = (Math.imul(rotated(first ^ bits, 13), 5) + 0xe6546b64) | 0;
    second = (Math.imul(rotated(second ^ bits, 17), 9) + first) | 0;
  }
  first = finished(first ^ text.length);
  second = finished(second + first);
  const third = finished(first + 0x9e3779b9);
  // All zeros, the one state that the generator never leaves, cannot be: where the first is 0 the third is not.
  return [first, second, third, finished(second ^ third)];
}

function rotated(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}

/** Every bit that comes in moves half of those that go out (MurmurHash3's last rounds). */
function finished(word: number): number {
  let bits = word;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) | 0;
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
