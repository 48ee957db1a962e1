/** Whether a network's outputs are what a loss can be computed of. */
import * as l10n from '@vscode/l10n';
import { UserError } from '../../shared/errors';
import type { LossName } from '../../shared/settings';
import type { Layer, NetworkSpec } from '../model/spec';

/** These take logarithms of the output and of 1 minus it. */
const needShares: ReadonlySet<LossName> = new Set(['bce', 'focal']);

/** @throws UserError `settings-invalid` when the loss needs outputs between 0 and 1 and the network gives others */
export function checkLoss(loss: LossName, spec: NetworkSpec): void {
  if (!needShares.has(loss) || (spec.input.range !== '-1..1' && endsBetween0And1(spec.decoder))) return;
  throw new UserError(
    'settings-invalid',
    l10n.t(
      'The loss {0} needs a network whose last layer is a sigmoid and whose range is 0..1, as it takes logarithms of the output. Choose mse, l1 or ssim, or end the decoder with a sigmoid.',
      loss,
    ),
  );
}

/** A sigmoid, with nothing after it but layers that give values between the smallest and the largest they are given. */
function endsBetween0And1(layers: readonly Layer[]): boolean {
  const last = layers.at(-1);
  switch (last?.type) {
    case 'sigmoid':
      return true;
    case 'flatten':
    case 'reshape':
    case 'maxPool':
    case 'averagePool':
      return endsBetween0And1(layers.slice(0, -1));
    case 'resize':
      return last.mode !== 'bicubic' && endsBetween0And1(layers.slice(0, -1));
    case 'branches':
      return last.join !== 'sum' && last.branches.every(endsBetween0And1);
    default:
      return false;
  }
}
