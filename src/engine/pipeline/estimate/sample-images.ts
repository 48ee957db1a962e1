/** A few images of a source, decoded as a scan would: how long that takes, and what steps are tried on. */
import * as l10n from '@vscode/l10n';
import { UserError } from '../../../shared/errors';
import { evenSample } from '../../../shared/even-sample';
import type { ImageSource, Preprocessing, TensorCache } from '../../dataset/dataset';

/** As many as a scan has in flight on few cores, four times. */
const mostImages = 64;
const atOnce = 16;
const longestMs = 500;

export interface SampledImages {
  readonly images: TensorCache;
  /** Of one image of the source, several in flight. */
  readonly secondsPerImage: number;
}

/** @throws UserError `source-empty` where none of those looked at can be read */
export async function sampleImages(source: ImageSource, preprocessing: Preprocessing): Promise<SampledImages> {
  const places = evenSample(source.paths.length, mostImages);
  const rows = source.inPlace?.(preprocessing);
  // The first one loads what decodes.
  await source.decode(places[0] ?? 0, preprocessing);
  const decoded: Uint8Array[] = [];
  let looked = 0;
  let spentMs = 0;
  while (looked < places.length && (looked === 0 || spentMs < longestMs)) {
    const part = [...places.subarray(looked, looked + atOnce)];
    const started = performance.now();
    // Rows that are read where they lie are only identified by a scan.
    if (rows) await Promise.all(part.map((place) => rows.identify(place)));
    const read = rows ? undefined : await Promise.all(part.map((place) => source.decode(place, preprocessing)));
    spentMs += performance.now() - started;
    const images = read ?? (await Promise.all(part.map((place) => source.decode(place, preprocessing))));
    for (const { pixels } of images) if (pixels) decoded.push(pixels);
    looked += part.length;
  }
  if (decoded.length === 0) {
    throw new UserError('source-empty', l10n.t('None of the images looked at in {0} can be read.', source.location));
  }
  const { channels, height, width } = preprocessing;
  return {
    images: imagesInMemory(decoded, [channels, height, width]),
    secondsPerImage: spentMs / 1000 / looked,
  };
}

/** @param images [channels, height, width] of bytes each */
function imagesInMemory(images: readonly Uint8Array[], shape: TensorCache['shape']): TensorCache {
  const valuesPerImage = shape[0] * shape[1] * shape[2];
  return {
    count: images.length,
    shape,
    valuesPerImage,
    read: (indexes, out) => {
      Array.from(indexes).forEach((index, row) => {
        images[index % images.length]?.forEach((level, value) => {
          out[row * valuesPerImage + value] = level / 255;
        });
      });
    },
    close: () => Promise.resolve(),
  };
}
