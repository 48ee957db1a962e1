/**
 * What training does to its images before the network sees them. Augmentation changes input and target alike,
 * denoising the input only. Chance depends on seed, epoch and image alone, so that neither the order of the batches
 * nor a stop in between changes what an image becomes.
 */
import type { ScanSettings } from '../../../shared/settings';
import type { PretextBatch } from '../../compute/backend';
import type { IgnoredValues } from '../../dataset/dataset';
import { fillIgnored } from '../../dataset/ignored-values';
import { applyChange, augments, drawChange } from './augment';
import { imageStream, uniform } from './chance';
import { corruptions } from './denoising';
import type { ImageShape } from './image-shape';

export interface TrainingTransform {
  /**
   * @param images [count, channels, height, width] in [0, 1]; left as they are
   * @param epoch from 1
   * @param places what tells the images apart, by row: [count]
   * @returns arrays like `images`, valid until the next call; the same one twice when nothing is corrupted
   */
  apply(images: Float32Array, count: number, epoch: number, places: ArrayLike<number>): TransformedBatch;
}

export interface TransformedBatch {
  readonly input: Float32Array;
  readonly target: Float32Array;
  /** Where the settings have pretext tasks. */
  readonly pretext?: PretextBatch;
}

/** @param ignored what stays as it is, whatever is done to the rest @returns undefined when the settings leave images as they are */
export function createTransform(
  settings: Pick<ScanSettings, 'augment' | 'denoise'>,
  shape: ImageShape,
  seed: number,
  ignored?: IgnoredValues,
): TrainingTransform | undefined {
  const augment = augments(settings.augment) ? settings.augment : undefined;
  const denoise = settings.denoise !== undefined && settings.denoise.probability > 0 ? settings.denoise : undefined;
  if (augment === undefined && denoise === undefined) return undefined;

  const values = shape[0] * shape[1] * shape[2];
  const scratch = new Float32Array(shape[1] * shape[2]);
  const augmented = new ReusedBuffer();
  const corrupted = new ReusedBuffer();
  const imageOf = (batch: Float32Array, row: number) => batch.subarray(row * values, (row + 1) * values);

  return {
    apply(images, count, epoch, places) {
      const originals = images.subarray(0, count * values);
      let target = originals;
      if (augment) {
        target = augmented.take(count * values);
        for (let row = 0; row < count; row++) {
          const change = drawChange(augment, imageStream(seed, 'augment', epoch, places[row] ?? 0));
          applyChange(change, imageOf(originals, row), imageOf(target, row), shape, scratch);
        }
        // What a turn moved in there does not count either.
        if (ignored) fillIgnored(ignored, target, values);
      }
      if (!denoise) return { input: target, target };
      const input = corrupted.take(count * values);
      input.set(target);
      for (let row = 0; row < count; row++) {
        const stream = imageStream(seed, 'denoise', epoch, places[row] ?? 0);
        if (uniform(stream) < denoise.probability) {
          corruptions[denoise.kind](imageOf(input, row), shape, denoise.amount, stream);
        }
      }
      if (ignored) fillIgnored(ignored, input, values);
      return { input, target };
    },
  };
}

/** All batches have about the same size: the memory of the largest serves all. */
class ReusedBuffer {
  #memory = new Float32Array();

  take(length: number): Float32Array {
    if (this.#memory.length < length) this.#memory = new Float32Array(length);
    return this.#memory.subarray(0, length);
  }
}
