/** Labels by folder names, as data sets of industrial images are laid out. */
import * as l10n from '@vscode/l10n';
import { UserError } from '../../shared/errors';

const goodFolders: ReadonlySet<string> = new Set(['good', 'normal', 'ok']);

/**
 * An image in a folder `good`, `normal` or `ok` is normal (0); in any other folder below `test` it is an anomaly (1);
 * others are unknown (−1). When the data set itself is the `test` folder, its folders are those below `test`. Throws
 * `labels-invalid` when no folder tells anything.
 */
export function labelsFromFolders(paths: readonly string[]): Int8Array {
  const folders = paths.map((path) => path.toLowerCase().split('/').slice(0, -1));
  const hasTest = folders.some((parts) => parts.includes('test'));
  const labels = Int8Array.from(folders, (parts) => {
    const isBelowTest = parts.includes('test');
    const below = isBelowTest ? parts.slice(parts.indexOf('test') + 1) : parts;
    if (below.some((part) => goodFolders.has(part))) return 0;
    return below.length > 0 && (isBelowTest || !hasTest) ? 1 : -1;
  });
  if (!labels.includes(0)) {
    throw new UserError(
      'labels-invalid',
      l10n.t('The folder names tell no labels: none of the images is in a folder “good”, “normal” or “ok”.'),
    );
  }
  return labels;
}
