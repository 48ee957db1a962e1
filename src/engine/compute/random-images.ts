/** Images to try a device with, always the same ones. */
import { randomStream } from '../../shared/random';

/** @param purpose other images for each */
export function randomImages(values: number, purpose: string): Float32Array {
  const stream = randomStream(1, purpose);
  return Float32Array.from({ length: values }, () => stream.below(256) / 255);
}
