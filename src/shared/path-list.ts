import * as l10n from '@vscode/l10n';
import { UserError } from './errors';
import { printable } from './printable';

/**
 * For a list with a path a line, as a file or on the clipboard: whoever reads it would take a name with a line break for
 * two.
 * @throws UserError `not-supported` that names the first such path
 */
export function refuseLineBreaks(paths: Iterable<string>): void {
  for (const path of paths) {
    if (!/[\r\n]/.test(path)) continue;
    throw new UserError(
      'not-supported',
      l10n.t(
        'A list has one path a line, and “{0}” has a line break in its name. Rename the file, or export as CSV or JSON.',
        printable(path),
      ),
    );
  }
}
