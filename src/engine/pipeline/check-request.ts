/** What of a request can be seen to be wrong before a run folder is made for it. */
import { UserError } from '../../shared/errors';
import type { ScanRequest } from '../../shared/settings';
import { checkLoss } from '../compute/onnx/loss-checks';
import { choosePreset } from '../model/presets/index';
import { chooseNetwork, insistedInput } from './network-choice';

/**
 * Whether the network exists, fits its size and suits the loss.
 * @throws UserError `settings-invalid` or `model-invalid`
 */
export async function checkRequest({ settings, model }: ScanRequest): Promise<void> {
  // A trained run brings its network along.
  if (model !== undefined) return;
  // An adaptive preset has the same layers at its ends at any size.
  const input = (await insistedInput(settings)) ?? choosePreset(settings.preset).exampleInput;
  const { spec, name } = await chooseNetwork(settings, input);
  checkLoss(settings.loss, spec);
  if (settings.beta !== undefined && spec.encoder.at(-1)?.type !== 'sample') {
    throw new UserError(
      'settings-invalid',
      `Beta weighs the KL divergence of variational networks, and ${name} is none: its encoder ends without a “sample” layer. Leave beta out, or choose another network, such as faces-variational.`,
    );
  }
}
