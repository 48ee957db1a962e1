/** The first ranking, seconds after the images were read: PCA, without a network. */
import * as l10n from '@vscode/l10n';
import { evenSample, evenSampleOf } from '../../shared/even-sample';
import type { MatrixMultiplier, NamedTensors } from '../compute/backend';
import type { TensorCache } from '../dataset/dataset';
import { applyPca, fitPca } from '../scoring/pca';
import type { RawColumns } from '../scoring/network-scoring';
import { putColumns } from './columns';
import { isTrainedOnOthers, trainingImages, type Part, type ScanImages, type TrainingImages } from './images';
import { looksDifferent } from './looks-different';
import type { Stage } from './stage';

/** PCA needs no more to see what is usual, and the first ranking is there soon. */
const largestSample = 512;

export interface Baseline {
  readonly training: TrainingImages;
  readonly statistics: NamedTensors;
}

export async function rankByBaseline(
  stage: Stage,
  images: ScanImages,
  multiplier: MatrixMultiplier,
): Promise<Baseline> {
  const { settings, withSource } = stage.run.record.request;
  const fit = (cache: TensorCache) =>
    fitPca(cache, evenSample(cache.count, largestSample), multiplier, settings.seed, stage.signal);
  const apply = (statistics: NamedTensors, part: Part, places: Uint32Array) =>
    applyPca(statistics, part.cache, places, multiplier, stage.signal);

  let training = trainingImages(images, withSource === 'yes');
  let statistics = await fit(training.images);
  if (images.trainOn && withSource === 'auto') {
    const usual = await apply(statistics, images.trainOn, sampleOf(images.trainOn));
    const scored = await apply(statistics, images.scored, sampleOf(images.scored));
    if (looksDifferent(usual, scored)) {
      training = trainingImages(images, true);
      statistics = await fit(training.images);
      await stage.note(
        l10n.t(
          'The scored images look different from those to train on, so training sees both. The option “Train on the scored images, too” (--with-source) can forbid it.',
        ),
      );
    }
  }
  const columns = await pcaColumns(stage, images, statistics, multiplier);
  await putColumns(stage.state, images, { ...columns, trainedOnUsual: isTrainedOnOthers(training, images) });
  return { training, statistics };
}

/** PCA scores of all parts with statistics that were fitted before. */
export async function pcaColumns(
  stage: Stage,
  images: ScanImages,
  statistics: NamedTensors,
  multiplier: MatrixMultiplier,
): Promise<{ scored: RawColumns; usual?: RawColumns; known?: RawColumns; heldOut?: RawColumns }> {
  const column = async (part: Part, places: Uint32Array): Promise<RawColumns> =>
    new Map([['pca', await applyPca(statistics, part.cache, places, multiplier, stage.signal)]]);
  return {
    scored: await column(images.scored, images.scored.readable),
    ...(images.trainOn && { usual: await column(images.trainOn, sampleOf(images.trainOn)) }),
    ...(images.known && { known: await column(images.known, images.known.readable) }),
    ...(images.validation && { heldOut: await column(images.validation, sampleOf(images.validation)) }),
  };
}

function sampleOf(part: Part): Uint32Array {
  return evenSampleOf(part.own, largestSample);
}
