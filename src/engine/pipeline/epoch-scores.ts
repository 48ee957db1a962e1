/** The rankings that training left on its way. */
import * as l10n from '@vscode/l10n';
import { UserError } from '../../shared/errors';
import type { RunFolder } from '../runs/run-folder';

/**
 * Each scored image's loss with the weights after `epoch`, NaN where unreadable; in data-set order.
 * @throws UserError `settings-invalid` when nothing was ranked after that epoch
 */
export async function readEpochScores(run: RunFolder, epoch: number): Promise<Float32Array> {
  const ranked = run.record.epochs.filter(({ scoredSeparation }) => scoredSeparation !== undefined);
  const isRanked = ranked.some((report) => report.epoch === epoch);
  const column = isRanked ? await run.readEpochScores(epoch) : undefined;
  if (column) return column;
  const others =
    ranked.length > 0
      ? l10n.t('They were after {0}.', ranked.map((report) => report.epoch).join(', '))
      : l10n.t('Scan with epoch scores “all” to have every epoch’s ranking.');
  throw new UserError(
    'settings-invalid',
    l10n.t('The images were not ranked after epoch {0} of this run. {1}', epoch, others),
  );
}
