/**
 * The header of an IDX file, the format of MNIST: two zero bytes, a code of the element type, the number of axes, then
 * the length of each axis; everything big endian.
 */
import * as l10n from '@vscode/l10n';
import { ArrayFormatError, type ArrayHeader, type ElementType } from './array-header';

const elementTypes: ReadonlyMap<number, Pick<ElementType, 'kind' | 'bytesPerElement'>> = new Map([
  [0x08, { kind: 'uint', bytesPerElement: 1 }],
  [0x09, { kind: 'int', bytesPerElement: 1 }],
  [0x0b, { kind: 'int', bytesPerElement: 2 }],
  [0x0c, { kind: 'int', bytesPerElement: 4 }],
  [0x0d, { kind: 'float', bytesPerElement: 4 }],
  [0x0e, { kind: 'float', bytesPerElement: 8 }],
]);

/** @param start the first bytes of the file. Throws {@link ArrayFormatError}. */
export function parseIdxHeader(start: Buffer): ArrayHeader {
  if (start.length < 4 || start.readUInt16BE(0) !== 0) {
    throw new ArrayFormatError(l10n.t('it does not begin like an IDX file'));
  }
  const code = start.readUInt8(2);
  const axes = start.readUInt8(3);
  const type = elementTypes.get(code);
  if (type === undefined) {
    throw new ArrayFormatError(
      l10n.t('its element type 0x{0} is none of the IDX format', code.toString(16).padStart(2, '0')),
    );
  }
  const dataOffset = 4 + 4 * axes;
  if (start.length < dataOffset) throw new ArrayFormatError(l10n.t('its header ends early'));
  const shape = Array.from({ length: axes }, (_, axis) => start.readUInt32BE(4 + 4 * axis));
  return { ...type, littleEndian: type.bytesPerElement === 1, fortranOrder: false, shape, dataOffset };
}
