/** What the images of a run are on the average, and where the network errs on the average: to draw areas on. */
import * as l10n from '@vscode/l10n';
import type { MeanPicture, MeanPictures } from '../../shared/contracts';
import { UserError } from '../../shared/errors';
import { evenSampleOf } from '../../shared/even-sample';
import { openTensorCache } from '../dataset/tensor-cache';
import type { TensorCache } from '../dataset/dataset';
import { meanImage, seenCache } from '../pipeline/ignored-areas';
import { reconstructionsOf } from '../pipeline/reconstructions';
import type { RunState } from '../pipeline/run-state';
import { ignoredPixels } from '../scoring/areas';
import { errorPng, pixelErrors } from './error-picture';
import { imageDataUri, pngDataUri } from './image-png';
import { shapeOf } from './seen-image';
import type { OpenNetwork, ViewedNetwork } from './viewed-network';

/** A mean of more looks no different. */
const largestSample = 128;
/** Of the mean errors: what lies above is drawn as full intensity. */
const brightest = 0.995;

interface Means {
  /** [channels, height, width] */
  readonly image: Float32Array;
  readonly errors: Float32Array;
}

/**
 * Of a sample of all images and, when some are flagged, of the flagged, both error maps on one scale.
 * @throws UserError `run-invalid` before the network is trained
 */
export async function meanPictures(
  state: RunState,
  networks: ViewedNetwork,
  flagged: readonly number[],
): Promise<MeanPictures> {
  const shape = shapeOf(state);
  const { run, readable, manifest } = state;
  const cache = await openTensorCache(run.cacheFile('images'), manifest.length, shape);
  try {
    const seen = await seenCache(run, cache);
    const readableFlagged = Uint32Array.from(flagged).filter((index) => manifest[index]?.error === undefined);
    const [all, ofFlagged] = await networks.use(state, async (network) => {
      if (!network) throw new UserError('run-invalid', l10n.t('The run {0} has no trained network yet.', run.folder));
      return [await meansOf(network, cache, seen, readable), await meansOf(network, cache, seen, readableFlagged)];
    });
    const scale = Math.max(...[all, ofFlagged].flatMap((means) => (means ? [bright(means.errors)] : [])));
    const ignored = ignoredPixels(run.record.request.settings.areas, shape);
    const draw = async ({ image, errors }: Means): Promise<MeanPicture> => ({
      image: await imageDataUri(image, shape),
      errors: pngDataUri(await errorPng(pixelErrors(errors, shape), shape, scale, ignored)),
    });
    if (!all) throw new UserError('source-empty', l10n.t('None of the images of {0} can be read.', run.folder));
    return {
      width: shape[2],
      height: shape[1],
      all: await draw(all),
      ...(ofFlagged && { flagged: await draw(ofFlagged) }),
    };
  } finally {
    await cache.close();
  }
}

/** @param cache the images whole, @param seen the same as the network sees them */
async function meansOf(
  { scorer }: OpenNetwork,
  cache: TensorCache,
  seen: TensorCache,
  indexes: Uint32Array,
): Promise<Means | undefined> {
  if (indexes.length === 0) return undefined;
  const { signal } = new AbortController();
  const sample = evenSampleOf(indexes, largestSample);
  const errors = new Float64Array(cache.valuesPerImage);
  for await (const { input, reconstruction } of reconstructionsOf(scorer, seen, sample, signal)) {
    for (let place = 0; place < input.length; place++) {
      const value = place % errors.length;
      errors[value] = (errors[value] ?? 0) + ((input[place] ?? 0) - (reconstruction[place] ?? 0)) ** 2 / sample.length;
    }
  }
  return { image: meanImage(cache, sample, signal), errors: Float32Array.from(errors) };
}

function bright(errors: Float32Array): number {
  return errors.slice().sort()[Math.floor(brightest * (errors.length - 1))] ?? 1;
}
