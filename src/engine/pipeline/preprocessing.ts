/** What the network will see of the images: what it insists on, or what fits the images. */
import * as l10n from '@vscode/l10n';
import { UserError } from '../../shared/errors';
import type { ScanSettings } from '../../shared/settings';
import type { ImageSource, Preprocessing } from '../dataset/dataset';
import type { FeatureShape } from '../model/spec';
import { insistedInput } from './network-choice';

/** @param source what is trained on @throws UserError `model-invalid`, `source-empty` */
export async function choosePreprocessing(
  settings: ScanSettings,
  source: ImageSource,
  signal: AbortSignal,
): Promise<Preprocessing> {
  const { imageSize, color, roi } = settings;
  const insisted = await insistedInput(settings);
  if (insisted) return preprocessingOf(insisted, roi, settings.modelFile ?? settings.preset);
  return source.suggestPreprocessing(
    { color, ...(imageSize !== undefined && { size: imageSize }), ...(roi && { roi }) },
    signal,
  );
}

/** For a network that takes this input. @param model names it in messages */
export function preprocessingOf(
  [channels, height, width]: FeatureShape,
  roi: Preprocessing['roi'],
  model: string,
): Preprocessing {
  if (channels !== 1 && channels !== 3) {
    throw new UserError(
      'model-invalid',
      l10n.t('The network of {0} sees {1} channels; images have 1 or 3.', model, channels),
    );
  }
  return { channels, height, width, ...(roi && { roi }) };
}
