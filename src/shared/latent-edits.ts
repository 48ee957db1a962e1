/** Changes of a code by hand: number 2 times 3, number 5 to 0. */
import * as l10n from '@vscode/l10n';
import type { LatentEdit } from './contracts';
import { UserError } from './errors';

/**
 * The code after the edits, made one after the other. Throws `settings-invalid` for an element that the code does not
 * have, and for amounts that are no numbers or lead beyond what a network can take.
 */
export function applyLatentEdits(code: Float32Array, edits: readonly LatentEdit[]): Float32Array {
  const edited = Float32Array.from(code);
  for (const { element, change, amount } of edits) {
    if (!Number.isInteger(element) || element < 1 || element > code.length) {
      throw new UserError(
        'settings-invalid',
        code.length === 1
          ? l10n.t('The code of an image has no element {0}. There is only element 1.', element)
          : l10n.t('The code of an image has no element {0}. Elements count from 1 to {1}.', element, code.length),
      );
    }
    if (!Number.isFinite(amount)) {
      throw new UserError(
        'settings-invalid',
        l10n.t('Element {0} cannot be changed by {1}. Give a number.', element, amount),
      );
    }
    const before = edited[element - 1] ?? 0;
    const after = Math.fround(change === 'set' ? amount : change === 'add' ? before + amount : before * amount);
    if (!Number.isFinite(after)) {
      throw new UserError(
        'settings-invalid',
        l10n.t('Element {0} would become too large. Give a smaller amount.', element),
      );
    }
    edited[element - 1] = after;
  }
  return edited;
}
