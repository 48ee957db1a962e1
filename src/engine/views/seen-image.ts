/** One image of a run as the network sees it. */
import * as l10n from '@vscode/l10n';
import { UserError } from '../../shared/errors';
import type { ManifestEntry } from '../../shared/run';
import { openTensorCache } from '../dataset/tensor-cache';
import { seenCache } from '../pipeline/ignored-areas';
import type { RunState } from '../pipeline/run-state';
import type { ImageShape } from '../scoring/score';

/** @throws UserError when there is no such image, or it could not be read */
export function readableEntry({ manifest, run }: RunState, index: number): ManifestEntry {
  const entry = manifest[index];
  if (!entry) {
    throw new UserError(
      'settings-invalid',
      l10n.t('The run {0} has no image at {2}; it holds {1}.', run.folder, manifest.length, index),
    );
  }
  if (entry.error !== undefined) throw new UserError('source-unreadable', `${entry.path}: ${entry.error}.`);
  return entry;
}

/** @throws UserError `run-invalid` before the images were read */
export function shapeOf({ run }: RunState): ImageShape {
  const { inputShape } = run.record;
  if (!inputShape) throw new UserError('run-invalid', l10n.t('The run {0} has not read its images yet.', run.folder));
  return inputShape;
}

/** [channels, height, width] in [0, 1] */
export async function readSeenImage(state: RunState, index: number): Promise<Float32Array> {
  const cache = await openTensorCache(state.run.cacheFile('images'), state.manifest.length, shapeOf(state));
  try {
    const pixels = new Float32Array(cache.valuesPerImage);
    (await seenCache(state.run, cache)).read([index], pixels);
    return pixels;
  } finally {
    await cache.close();
  }
}
