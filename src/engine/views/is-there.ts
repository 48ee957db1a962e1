import * as l10n from '@vscode/l10n';
import { stat } from 'node:fs/promises';
import { UserError } from '../../shared/errors';

/** Whether something, of whatever kind, stands at this place. */
export async function isThere(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

/** Throws `settings-invalid` where something stands that may not be replaced. */
export async function refuseOverwriting(file: string, mayOverwrite: boolean): Promise<void> {
  if (mayOverwrite || !(await isThere(file))) return;
  throw new UserError(
    'settings-invalid',
    l10n.t('{0} exists already. Choose another name or allow overwriting.', file),
  );
}
