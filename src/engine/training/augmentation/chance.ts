/** Chance in bulk: a draw for every pixel of every batch must cost next to nothing. */
import { randomStream, type RandomStream } from '../../../shared/random';

/** The stream of one image in one epoch. */
export function imageStream(seed: number, purpose: string, epoch: number, place: number): RandomStream {
  return randomStream(seed, `${purpose} ${epoch}/${place}`);
}

/** [0, 1), in steps of 2⁻²⁴. */
export function uniform(stream: RandomStream): number {
  return stream.below(2 ** 24) / 2 ** 24;
}

/** Between the two. */
export function between(low: number, high: number, stream: RandomStream): number {
  return low + (high - low) * uniform(stream);
}

/** 32 random bits a call, from a state that a named stream begins: Doty-Humphrey's sfc32. */
export class QuickBits {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(stream: RandomStream) {
    this.#a = stream.below(2 ** 31);
    this.#b = stream.below(2 ** 31);
    this.#c = stream.below(2 ** 31);
    for (let round = 0; round < 12; round++) this.next();
  }

  /** A whole number in [0, 2³²). */
  next(): number {
    const result = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + result) | 0;
    return result >>> 0;
  }
}

const quantileCount = 2 ** 16;
let quantiles: Float32Array | undefined;

/**
 * The standard normal distribution as 65,536 equally likely values, in rising order: sixteen random bits pick one. The
 * outermost are ±4.2.
 */
export function normalQuantiles(): Float32Array {
  quantiles ??= makeQuantiles();
  return quantiles;
}

/** Follows dz/dp = 1 / φ(z) from the median outwards, half a step to the first value's middle (Runge–Kutta 4). */
function makeQuantiles(): Float32Array {
  const values = new Float32Array(quantileCount);
  const slope = (z: number) => Math.sqrt(2 * Math.PI) * Math.exp((z * z) / 2);
  const advance = (z: number, step: number) => {
    const first = slope(z);
    const second = slope(z + (step / 2) * first);
    const third = slope(z + (step / 2) * second);
    const fourth = slope(z + step * third);
    return z + (step / 6) * (first + 2 * second + 2 * third + fourth);
  };
  let z = advance(0, 0.5 / quantileCount);
  for (let place = quantileCount / 2; place < quantileCount; place++) {
    values[place] = z;
    values[quantileCount - 1 - place] = -z;
    z = advance(z, 1 / quantileCount);
  }
  return values;
}

/** How likely a standard normal draw is below z. */
export function shareBelow(z: number): number {
  const values = normalQuantiles();
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((values[middle] ?? 0) < z) low = middle + 1;
    else high = middle;
  }
  return low / values.length;
}
