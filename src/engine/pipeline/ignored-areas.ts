/** What the areas of a run make of its images. The one place where images become blind to them: every score follows. */
import * as l10n from '@vscode/l10n';
import { evenSampleOf } from '../../shared/even-sample';
import { UserError } from '../../shared/errors';
import type { TensorCache } from '../dataset/dataset';
import { withIgnored } from '../dataset/ignored-values';
import type { RunFolder } from '../runs/run-folder';
import { ignoredPixels, ignoredValues } from '../scoring/areas';
import type { Part, ScanImages } from './images';
import type { Stage } from './stage';

/** The mean of so many images is smooth enough. */
const largestSample = 1024;
const imagesPerBlock = 64;
/** What stands in place of the areas, among a run's scores. */
export const fillName = 'area-fill';

/**
 * The images with what the run's areas ignore replaced by the mean image of those trained on, which is kept with the
 * scores. @throws UserError `settings-invalid` when the areas leave nothing
 */
export async function ignoreAreas(stage: Stage, images: ScanImages): Promise<ScanImages> {
  const { areas } = stage.run.record.request.settings;
  const pixels = ignoredPixels(areas, images.scored.cache.shape);
  if (!pixels) return images;
  const { cache, own } = images.trainOn ?? images.scored;
  const fill = meanImage(cache, evenSampleOf(own, largestSample), stage.signal);
  return masked(stage.run, images, pixels, fill);
}

/** The same for images that a trained run's network is applied to: with what that run puts in place of the areas. */
export async function ignoreAreasAs(
  fill: Float32Array | undefined,
  run: RunFolder,
  images: ScanImages,
): Promise<ScanImages> {
  const pixels = ignoredPixels(run.record.request.settings.areas, images.scored.cache.shape);
  return pixels && fill ? masked(run, images, pixels, fill) : images;
}

/** The cache of a scored run's images as its network saw them. @throws UserError `run-invalid` */
export async function seenCache(run: RunFolder, cache: TensorCache): Promise<TensorCache> {
  const pixels = ignoredPixels(run.record.request.settings.areas, cache.shape);
  return pixels ? withIgnored(cache, ignoredValues(pixels, await readFill(run))) : cache;
}

async function masked(
  run: RunFolder,
  { scored, trainOn, known, validation, ...rest }: ScanImages,
  pixels: Uint8Array,
  fill: Float32Array,
): Promise<ScanImages> {
  await run.writeScores(fillName, fill);
  const ignored = ignoredValues(pixels, fill);
  const mask = (part: Part): Part => ({ ...part, cache: withIgnored(part.cache, ignored) });
  return {
    ...rest,
    scored: mask(scored),
    ...(trainOn && { trainOn: mask(trainOn) }),
    ...(known && { known: mask(known) }),
    ...(validation && { validation: mask(validation) }),
  };
}

/** What stands in place of a run's areas: [channels, height, width]. @throws UserError `run-invalid` */
export async function readFill(run: RunFolder): Promise<Float32Array> {
  const fill = await run.readScores(fillName);
  if (fill) return fill;
  throw new UserError(
    'run-invalid',
    l10n.t('The run {0} lacks what stands in place of its areas. Scan again.', run.folder),
  );
}

/** [channels, height, width] */
export function meanImage(cache: TensorCache, indexes: Uint32Array, signal: AbortSignal): Float32Array {
  const { valuesPerImage } = cache;
  const sums = new Float64Array(valuesPerImage);
  const block = new Float32Array(Math.min(indexes.length, imagesPerBlock) * valuesPerImage);
  for (let start = 0; start < indexes.length; start += imagesPerBlock) {
    signal.throwIfAborted();
    const part = indexes.subarray(start, start + imagesPerBlock);
    cache.read(part, block);
    for (let place = 0; place < part.length * valuesPerImage; place++) {
      const value = place % valuesPerImage;
      sums[value] = (sums[value] ?? 0) + (block[place] ?? 0);
    }
  }
  return Float32Array.from(sums, (sum) => sum / Math.max(1, indexes.length));
}
