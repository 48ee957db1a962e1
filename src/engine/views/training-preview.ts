/** A few images as the first epoch of training would change them: a look before the waiting. */
import type { TrainingSample } from '../../shared/contracts';
import { UserError } from '../../shared/errors';
import { randomStream } from '../../shared/random';
import type { ScanRequest } from '../../shared/settings';
import type { ImageSource, Preprocessing } from '../dataset/dataset';
import { openSource } from '../dataset/open-source';
import { choosePreprocessing } from '../pipeline/preprocessing';
import { createTransform } from '../training/augmentation/index';
import { imageDataUri } from './image-png';

const mostSamples = 100;
/** Unreadable images are passed over, but not for ever. */
const attempts = 20;

/**
 * Images spread over what would be trained on, picked by the seed. An image is changed exactly as in training as long
 * as every image of the source can be read: what happens to it depends on its place among those that can.
 * @throws UserError as a scan of the request would, or `settings-invalid` for a count that is not 1–100
 */
export async function previewTraining(request: ScanRequest, count: number): Promise<TrainingSample[]> {
  if (!Number.isInteger(count) || count < 1 || count > mostSamples) {
    throw new UserError('settings-invalid', `A preview shows 1 to ${mostSamples} images, not ${count}.`);
  }
  const { settings } = request;
  const { signal } = new AbortController();
  const source = await openSource(request.trainOn ?? request.source, signal, { arrays: settings });
  try {
    const preprocessing = await choosePreprocessing(settings, source, signal);
    const shape = [preprocessing.channels, preprocessing.height, preprocessing.width] as const;
    const transform = createTransform(settings, shape, settings.seed);
    const picked = await Promise.all(
      pickPlaces(source.paths.length, count, settings.seed).map((place) => readFrom(source, place, preprocessing)),
    );
    const samples: TrainingSample[] = [];
    for (const { place, pixels } of picked.filter((image) => image !== undefined)) {
      const original = Float32Array.from(pixels, (level) => level / 255);
      const changed = transform?.apply(original, 1, 1, [place]) ?? { input: original, target: original };
      samples.push({
        original: await imageDataUri(original, shape),
        augmented: await imageDataUri(changed.target, shape),
        input: await imageDataUri(changed.input, shape),
      });
    }
    if (samples.length > 0) return samples;
    throw new UserError('source-empty', `None of the images looked at in ${source.location} can be read.`);
  } finally {
    await source.close();
  }
}

/** One of every stretch of images, rising. */
function pickPlaces(images: number, wanted: number, seed: number): number[] {
  const chance = randomStream(seed, 'preview');
  const count = Math.min(images, wanted);
  return Array.from({ length: count }, (_, part) => {
    const start = Math.floor((part * images) / count);
    const end = Math.floor(((part + 1) * images) / count);
    return start + chance.below(Math.max(1, end - start));
  });
}

/** The image at this place, or else the first readable one after it. */
async function readFrom(
  source: ImageSource,
  first: number,
  preprocessing: Preprocessing,
): Promise<{ place: number; pixels: Uint8Array } | undefined> {
  const end = Math.min(source.paths.length, first + attempts);
  for (let place = first; place < end; place++) {
    const { pixels } = await source.decode(place, preprocessing);
    if (pixels) return { place, pixels };
  }
  return undefined;
}
