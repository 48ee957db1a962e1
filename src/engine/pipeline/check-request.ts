/** What of a request can be seen to be wrong before a run folder is made for it. */
import * as l10n from '@vscode/l10n';
import { access } from 'node:fs/promises';
import { UserError, type ErrorCode } from '../../shared/errors';
import type { ScanRequest, ScanSettings } from '../../shared/settings';
import { isArrayFile, splitLocation } from '../../shared/source-location';
import { checkLoss } from '../compute/loss-checks';
import { refuseMissing } from '../compute/select';
import { refuseTwice } from '../dataset/joined-source';
import { checkArray } from '../dataset/open-array';
import { choosePreset } from '../model/presets/index';
import { ignoredPixels } from '../scoring/areas';
import { checkBackbone } from './backbone';
import { chooseNetwork, insistedInput } from './network-choice';

const largestInput = [1, 512, 512] as const;

/**
 * Whether what computes and the places are there, arrays hold images, and the network exists, fits its size and suits the
 * loss.
 * @throws UserError `source-missing`, `source-invalid`, `source-empty`, `labels-invalid`, `settings-invalid`,
 * `model-invalid` or `backend-unavailable`
 */
export async function checkRequest(request: ScanRequest): Promise<void> {
  const { settings, model, labels } = request;
  // At the size of the network's input they may still leave nothing, which is found out then.
  ignoredPixels(settings.areas, largestInput);
  refuseTwice(request);
  refuseMissing(settings);
  const { source, trainOn, knownAnomalies, validation, scoreAlso = [] } = request;
  for (const place of [source, trainOn, knownAnomalies, validation, ...scoreAlso]) {
    if (place === undefined) continue;
    await requirePlace(splitLocation(place).path, 'source-missing');
    await requireImages(place, settings);
  }
  if (labels !== undefined && labels !== 'layout') await requirePlace(splitLocation(labels).path, 'labels-invalid');
  // A trained run brings its network along.
  if (model !== undefined) return;
  if (request.shard) throw new UserError('settings-invalid', l10n.t('Only scoring with a trained run goes in parts.'));
  await checkBackbone(settings);
  // An adaptive preset has the same layers at its ends at any size.
  const input = (await insistedInput(settings)) ?? choosePreset(settings.preset).exampleInput;
  const { spec, name } = await chooseNetwork(settings, input);
  checkLoss(settings.loss, spec);
  if (settings.beta !== undefined && spec.encoder.at(-1)?.type !== 'sample') {
    throw new UserError(
      'settings-invalid',
      l10n.t(
        'Beta weighs the KL divergence of variational networks, and {0} is none: its encoder ends without a “sample” layer. Leave beta out, or choose another network, such as faces-variational.',
        name,
      ),
    );
  }
}

async function requirePlace(file: string, code: ErrorCode): Promise<void> {
  await access(file).catch((error: unknown) => {
    throw new UserError(code, l10n.t('“{0}” does not exist or cannot be reached. Check the path.', file), {
      cause: error,
    });
  });
}

/** Folders are left to the listing, which may take a while. */
async function requireImages(place: string, { arrayLayout }: ScanSettings): Promise<void> {
  if (!isArrayFile(splitLocation(place).path)) return;
  await checkArray(place, arrayLayout).catch((error: unknown) => {
    // What the system refuses, such as to read the file, the listing tells with what to do about it.
    if (error instanceof UserError) throw error;
  });
}
