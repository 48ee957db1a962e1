/** The images of a scan: up to four sources, listed, decoded into caches of one shape, and what trains on what. */
import * as l10n from '@vscode/l10n';
import { UserError } from '../../shared/errors';
import type { ManifestEntry } from '../../shared/run';
import type { ScanRequest } from '../../shared/settings';
import type { ImageSource, Preprocessing, TensorCache } from '../dataset/dataset';
import { openJoined, type ScoredSource } from '../dataset/joined-source';
import { openSource } from '../dataset/open-source';
import { buildTensorCache } from '../dataset/tensor-cache';
import { joinCaches } from '../dataset/joined-cache';
import { readablePlaces } from './run-state';
import type { Stage } from './stage';

export interface Part {
  readonly source: ImageSource;
  readonly cache: TensorCache;
  readonly manifest: readonly ManifestEntry[];
  readonly readable: Uint32Array;
  /** The first of the readable ones: all but those that are only scored beside the source. */
  readonly own: Uint32Array;
  /** Those of `own` that may be trained on: all but what is known to be bad, by its content. */
  readonly trainable: Uint32Array;
}

export interface ScanImages {
  readonly preprocessing: Preprocessing;
  readonly scored: Part;
  readonly trainOn?: Part;
  readonly known?: Part;
  readonly validation?: Part;
}

export interface ScanSources {
  readonly scored: ScoredSource;
  readonly trainOn?: ImageSource;
  readonly known?: ImageSource;
  readonly validation?: ImageSource;
}

export async function openSources(request: ScanRequest, workFolder: string, signal: AbortSignal): Promise<ScanSources> {
  const opened: ImageSource[] = [];
  const open = async (location: string) => {
    const source = await openSource(location, signal, { workFolder, arrays: request.settings });
    opened.push(source);
    return source;
  };
  try {
    const scored = await openJoined(request, signal, { workFolder, arrays: request.settings });
    opened.push(scored);
    return {
      scored,
      ...(request.trainOn !== undefined && { trainOn: await open(request.trainOn) }),
      ...(request.knownAnomalies !== undefined && { known: await open(request.knownAnomalies) }),
      // A model that is trained already needs nobody to watch.
      ...(request.validation !== undefined &&
        request.model === undefined && { validation: await open(request.validation) }),
    };
  } catch (error) {
    for (const source of opened) await source.close();
    throw error;
  }
}

/** All that a scan reads, the scored ones first. */
export function listSources({ scored, trainOn, known, validation }: ScanSources): ImageSource[] {
  return [scored, trainOn, known, validation].filter((source) => source !== undefined);
}

export async function closeSources(sources: ScanSources): Promise<void> {
  for (const source of listSources(sources)) await source.close();
}

/** Decodes everything that is not in the run's caches yet. */
export async function readImages(
  stage: Stage,
  sources: ScanSources,
  preprocessing: Preprocessing,
): Promise<ScanImages> {
  const total = listSources(sources).reduce((sum, source) => sum + source.paths.length, 0);
  let before = 0;
  const started = performance.now();
  const read = async (source: ImageSource, name: string, ownImages = source.paths.length): Promise<Part> => {
    const { cache, manifest } = await buildTensorCache(source, preprocessing, stage.run.cacheFile(name), {
      signal: stage.signal,
      onProgress: (done) => {
        const seconds = (performance.now() - started) / 1000;
        const imagesPerSecond = (before + done) / Math.max(seconds, 1e-3);
        stage.report('reading', {
          done: before + done,
          total,
          imagesPerSecond,
          secondsLeft: (total - before - done) / Math.max(imagesPerSecond, 1e-3),
        });
      },
    });
    before += source.paths.length;
    const readable = readablePlaces(manifest);
    const own = readable.filter((place) => place < ownImages);
    return { source, cache, manifest, readable, own, trainable: own };
  };
  const scored = await read(sources.scored, 'images', sources.scored.ownImages);
  const images: ScanImages = {
    preprocessing,
    scored,
    ...(sources.trainOn && { trainOn: await read(sources.trainOn, 'train') }),
    ...(sources.known && { known: await read(sources.known, 'known') }),
    ...(sources.validation && { validation: await read(sources.validation, 'validation') }),
  };
  // Of a part of the images all may be broken.
  if (!sources.scored.whole) requireReadable(images.trainOn ?? scored);
  if (images.validation) requireReadable(images.validation);
  return images.known ? withoutKnown(stage, images, images.known) : images;
}

/** A folder may hold the known anomalies as well, or copies of them. */
async function withoutKnown(stage: Stage, images: ScanImages, known: Part): Promise<ScanImages> {
  const contents = new Set(Array.from(known.readable, (place) => known.manifest[place]?.sha256));
  const spare = (part: Part): Part => ({
    ...part,
    trainable: part.own.filter((place) => !contents.has(part.manifest[place]?.sha256)),
  });
  const scored = spare(images.scored);
  const trainOn = images.trainOn && spare(images.trainOn);
  for (const { source, own, trainable } of trainOn ? [trainOn, scored] : [scored]) {
    const spared = own.length - trainable.length;
    if (spared === 0) continue;
    await stage.note(
      l10n.t('Images in {0} that are among the known anomalies, and are not trained on: {1}.', source.location, spared),
    );
  }
  if ((trainOn ?? scored).trainable.length === 0 && stage.run.record.request.model === undefined) {
    throw new UserError(
      'settings-invalid',
      l10n.t('All images to train on are among the known anomalies. Name other images for one of the two.'),
    );
  }
  return { ...images, scored, ...(trainOn && { trainOn }) };
}

/** What the network trains on, as one cache of readable images, and where each came from. */
export interface TrainingImages {
  readonly images: TensorCache;
  /** Place in the data set of the scored images, or −1 for an image of the training source. */
  readonly scoredPlace: (index: number) => number;
  readonly isTrainedOn: (part: Part) => boolean;
  /** For places in a part, the smallest first: where among the training images they are, or −1. */
  readonly rowsOf: (part: Part, places: Uint32Array) => Int32Array;
}

export function trainingImages({ scored, trainOn }: ScanImages, withSource: boolean): TrainingImages {
  const parts = trainOn ? (withSource ? [trainOn, scored] : [trainOn]) : [scored];
  const others = trainOn ? trainOn.trainable.length : 0;
  return {
    images: joinCaches(parts.map(({ cache, trainable }) => ({ cache, indexes: trainable }))),
    isTrainedOn: (part) => parts.includes(part),
    rowsOf: (part, places) => {
      if (!parts.includes(part)) return new Int32Array(places.length).fill(-1);
      const start = part === trainOn ? 0 : others;
      let row = 0;
      return Int32Array.from(places, (place) => {
        while ((part.trainable[row] ?? Infinity) < place) row++;
        return part.trainable[row] === place ? start + row : -1;
      });
    },
    scoredPlace: (index) => (index < others ? -1 : (scored.trainable[index - others] ?? -1)),
  };
}

/** Whether what is scored took no part in the training: then the images trained on say what is usual. */
export function isTrainedOnOthers(training: TrainingImages, { scored }: ScanImages): boolean {
  return !training.isTrainedOn(scored);
}

function requireReadable({ source, manifest, own }: Part): void {
  if (own.length > 0) return;
  const reasons = manifest.slice(0, 3).map(({ path, error }) => `${path}: ${error ?? 'unreadable'}`);
  throw new UserError(
    'source-empty',
    l10n.t('No image in {0} can be read ({1} in all): {2}', source.location, manifest.length, reasons.join('; ')),
  );
}
