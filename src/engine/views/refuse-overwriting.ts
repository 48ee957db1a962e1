import * as l10n from '@vscode/l10n';
import { UserError } from '../../shared/errors';
import { isThere } from '../runs/is-there';

/** Throws `settings-invalid` where something stands that may not be replaced. */
export async function refuseOverwriting(file: string, mayOverwrite: boolean): Promise<void> {
  if (mayOverwrite || !(await isThere(file))) return;
  throw new UserError(
    'settings-invalid',
    l10n.t('{0} exists already. Choose another name or allow overwriting.', file),
  );
}
