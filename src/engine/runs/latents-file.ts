/** The codes of all scored images, float32 [images, latent]: what ranges their elements have. */
import { forEachBlock } from './matrix-file';

export interface LatentRange {
  readonly lowest: Float32Array;
  readonly highest: Float32Array;
}

/**
 * The lowest and highest of every element over the images that have a code; both 0 when none has.
 * @throws UserError `run-invalid` when the file is missing or not of this size
 */
export async function readLatentRange(file: string, rows: number, latent: number): Promise<LatentRange> {
  const lowest = new Float32Array(latent).fill(Infinity);
  const highest = new Float32Array(latent).fill(-Infinity);
  await forEachBlock(file, rows, latent, (values) => {
    for (let place = 0; place < values.length; place++) {
      const value = values[place] ?? NaN;
      const element = place % latent;
      if (value < (lowest[element] ?? 0)) lowest[element] = value;
      if (value > (highest[element] ?? 0)) highest[element] = value;
    }
  });
  return { lowest: lowest.map(orZero), highest: highest.map(orZero) };
}

const orZero = (value: number) => (Number.isFinite(value) ? value : 0);
