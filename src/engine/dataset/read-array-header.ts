import * as l10n from '@vscode/l10n';
import { ArrayFormatError, type ArrayHeader } from './array-header';
import { parseIdxHeader } from './idx-header';
import { parseNumpyHeader } from './numpy-header';

/**
 * Tells the formats apart by their first bytes, whatever the file is called.
 * @param start the first bytes, up to `mostHeaderBytes`. Throws {@link ArrayFormatError}.
 */
export function readArrayHeader(start: Buffer): ArrayHeader {
  if (start.length === 0) throw new ArrayFormatError(l10n.t('it is empty'));
  const isIdx = start.length >= 4 && start.readUInt16BE(0) === 0;
  if (isIdx) return parseIdxHeader(start);
  if (start.toString('latin1', 0, 3) === 'PK\x03') {
    throw new ArrayFormatError(l10n.t('it is a ZIP archive, not an array (an archive of arrays is called .npz)'));
  }
  return parseNumpyHeader(start);
}
