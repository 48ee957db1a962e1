/** A few images as the first epoch of training would change them: a look before the waiting. */
import * as l10n from '@vscode/l10n';
import { stat } from 'node:fs/promises';
import type { TrainingSample } from '../../shared/contracts';
import { UserError } from '../../shared/errors';
import { randomStream } from '../../shared/random';
import type { ScanRequest } from '../../shared/settings';
import { isArrayFile, splitLocation } from '../../shared/source-location';
import type { ImageSource, Preprocessing } from '../dataset/dataset';
import { openSource } from '../dataset/open-source';
import { choosePreprocessing } from '../pipeline/preprocessing';
import { createTransform } from '../training/augmentation/index';
import { imageDataUri } from './image-png';
import { KeptOpen } from './kept-open';

const mostSamples = 100;
/** Unreadable images are passed over, but not for ever. */
const attempts = 20;

/** Asked again with every change of a setting, so that an array, which may have to be unpacked, stays open meanwhile. */
export class TrainingPreviewer {
  readonly #kept = new KeptOpen<ImageSource>((source) => source.close());

  /** See {@link samplesOf}. */
  async preview(request: ScanRequest, count: number): Promise<TrainingSample[]> {
    if (!Number.isInteger(count) || count < 1 || count > mostSamples) {
      throw new UserError('settings-invalid', l10n.t('A preview shows 1 to {0} images, not {1}.', mostSamples, count));
    }
    const { settings } = request;
    const location = request.trainOn ?? request.source;
    const open = () => openSource(location, new AbortController().signal, { arrays: settings });
    const file = splitLocation(location).path;
    const info = isArrayFile(file) ? await stat(file).catch(() => undefined) : undefined;
    const look = (source: ImageSource) => samplesOf(request, source, count);
    // What is in a folder is quickly listed anew; its own time does not tell whether it is the same.
    if (!info?.isFile()) return lookOnce(open, look);
    const key = JSON.stringify([location, info.size, info.mtimeMs, settings.arrayLayout, settings.arrayRange]);
    return this.#kept.use(key, open, look);
  }

  /** Nobody chooses settings any more: what was unpacked is removed. */
  forget(): void {
    this.#kept.forget();
  }
}

async function lookOnce<T>(open: () => Promise<ImageSource>, look: (source: ImageSource) => Promise<T>): Promise<T> {
  const source = await open();
  try {
    return await look(source);
  } finally {
    await source.close();
  }
}

/**
 * Images spread over what would be trained on, picked by the seed. An image is changed exactly as in training as long
 * as every image of the source can be read: what happens to it depends on its place among those that can.
 * @throws UserError as a scan of the request would
 */
async function samplesOf({ settings }: ScanRequest, source: ImageSource, count: number): Promise<TrainingSample[]> {
  const preprocessing = await choosePreprocessing(settings, source, new AbortController().signal);
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
  throw new UserError('source-empty', l10n.t('None of the images looked at in {0} can be read.', source.location));
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
