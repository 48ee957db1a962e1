/**
 * The header of a `.npy` file: a magic number, a version, and a Python dictionary literal with the element type, the
 * order and the shape. The literal is parsed, never evaluated. Format: numpy.lib.format, versions 1 to 3.
 */

import * as l10n from '@vscode/l10n';
import {
  ArrayFormatError,
  mostHeaderBytes,
  type ArrayHeader,
  type ElementKind,
  type ElementType,
} from './array-header';

/** @param start the first bytes of the file, up to {@link mostHeaderBytes}. Throws {@link ArrayFormatError}. */
export function parseNumpyHeader(start: Buffer): ArrayHeader {
  if (start.length < 10 || start.toString('latin1', 0, 6) !== '\x93NUMPY') {
    throw new ArrayFormatError(l10n.t('it does not begin like a NumPy array'));
  }
  const version = start.readUInt8(6);
  if (version < 1 || version > 3) throw new ArrayFormatError(l10n.t('its format version {0} is unknown', version));
  const lengthBytes = version === 1 ? 2 : 4;
  if (start.length < 8 + lengthBytes) throw new ArrayFormatError(l10n.t('its header ends early'));
  const length = version === 1 ? start.readUInt16LE(8) : start.readUInt32LE(8);
  const dataOffset = 8 + lengthBytes + length;
  if (dataOffset > mostHeaderBytes)
    throw new ArrayFormatError(l10n.t('its header is unreasonably long ({0} bytes)', length));
  if (start.length < dataOffset) throw new ArrayFormatError(l10n.t('its header ends early'));
  const literal = start.toString(version === 3 ? 'utf8' : 'latin1', 8 + lengthBytes, dataOffset);
  return { ...parseDictionary(literal), dataOffset };
}

const token = /\s*(?:'([^'\\]*)'|"([^"\\]*)"|(-?\d+)L?|(True|False)|([{}():,[\]]))/y;

type Token = { readonly text: string } | { readonly number: number } | { readonly mark: string };

function tokensOf(literal: string): Token[] {
  const tokens: Token[] = [];
  const source = literal.trimEnd();
  for (token.lastIndex = 0; token.lastIndex < source.length;) {
    const at = token.lastIndex;
    const match = token.exec(source);
    if (match === null)
      throw new ArrayFormatError(l10n.t('its header cannot be understood at “{0}”', source.slice(at, at + 20).trim()));
    const [, single, double, digits, truth, mark] = match;
    const text = single ?? double;
    if (text !== undefined) tokens.push({ text });
    else if (digits !== undefined) tokens.push({ number: Number(digits) });
    else tokens.push({ mark: truth ?? mark ?? '' });
  }
  return tokens;
}

/** Reads exactly `{'descr': '…', 'fortran_order': True|False, 'shape': (…)}`, the keys in any order. */
function parseDictionary(literal: string): Omit<ArrayHeader, 'dataOffset'> {
  const tokens = tokensOf(literal);
  let place = 0;
  const next = (): Token => tokens[place++] ?? { mark: '' };
  const takeMark = (...marks: readonly string[]): string => {
    const found = next();
    if ('mark' in found && marks.includes(found.mark)) return found.mark;
    throw new ArrayFormatError(
      l10n.t('its header has something else where one of these belongs: {0}', marks.join(' ')),
    );
  };
  const takeText = (): string => {
    const found = next();
    if ('text' in found) return found.text;
    throw new ArrayFormatError(l10n.t('its elements are records; one number an element is needed'));
  };
  const takeShape = (): number[] => {
    const shape: number[] = [];
    takeMark('(');
    for (;;) {
      const found = next();
      if ('mark' in found && found.mark === ')') return shape;
      if (!('number' in found) || !Number.isSafeInteger(found.number)) {
        throw new ArrayFormatError(l10n.t('its shape is not a list of whole numbers'));
      }
      if (found.number < 0) throw new ArrayFormatError(l10n.t('its shape has a negative length ({0})', found.number));
      shape.push(found.number);
      if (takeMark(',', ')') === ')') return shape;
    }
  };

  const seen = new Set<string>();
  let descr: string | undefined;
  let fortranOrder: boolean | undefined;
  let shape: number[] | undefined;
  takeMark('{');
  for (;;) {
    const found = next();
    if ('mark' in found && found.mark === '}') break;
    const key = 'text' in found ? found.text : '';
    takeMark(':');
    if (seen.has(key)) throw new ArrayFormatError(l10n.t('its header has the key “{0}” twice', key));
    seen.add(key);
    if (key === 'descr') descr = takeText();
    else if (key === 'fortran_order') fortranOrder = takeMark('True', 'False') === 'True';
    else if (key === 'shape') shape = takeShape();
    else throw new ArrayFormatError(l10n.t('its header has the unknown key “{0}”', key));
    if (takeMark(',', '}') === '}') break;
  }
  if (place < tokens.length || descr === undefined || fortranOrder === undefined || shape === undefined) {
    throw new ArrayFormatError(l10n.t('its header is incomplete or has more than it should'));
  }
  return { ...parseElementType(descr), fortranOrder, shape };
}

const kindNames: Readonly<Record<string, ElementKind>> = { b: 'bool', i: 'int', u: 'uint', f: 'float' };
const sizes: Readonly<Record<ElementKind, readonly number[]>> = {
  bool: [1],
  int: [1, 2, 4, 8],
  uint: [1, 2, 4, 8],
  float: [2, 4, 8],
};

function parseElementType(descr: string): ElementType {
  const [, order = '', letter = '', digits = ''] = /^([<>|=])([a-zA-Z])(\d*)$/.exec(descr) ?? [];
  if (letter === 'O') throw new ArrayFormatError(l10n.t('it holds Python objects, which are not read for safety'));
  const kind = kindNames[letter];
  const bytes = Number(digits);
  if (kind === undefined || !sizes[kind].includes(bytes) || !isElementSize(bytes)) {
    throw new ArrayFormatError(l10n.t('its elements have the type “{0}”; whole numbers or floats are needed', descr));
  }
  return { kind, bytesPerElement: bytes, littleEndian: order !== '>' };
}

function isElementSize(bytes: number): bytes is ElementType['bytesPerElement'] {
  return bytes === 1 || bytes === 2 || bytes === 4 || bytes === 8;
}
