/** What the header of an array file says, in whichever format. */

export type ElementKind = 'bool' | 'int' | 'uint' | 'float';

export interface ElementType {
  readonly kind: ElementKind;
  readonly bytesPerElement: 1 | 2 | 4 | 8;
  readonly littleEndian: boolean;
}

export interface ArrayHeader extends ElementType {
  /** First axis fastest, as Fortran, MATLAB and some savers write it. */
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
  /** Where the elements begin, in bytes. */
  readonly dataOffset: number;
}

/** What is wrong with an array, as the end of a sentence. */
export class ArrayFormatError extends Error {}

/** As many bytes as any honest header has. */
export const mostHeaderBytes = 65_536;

/** `uint8`, `float32`, `uint16 big endian`, …: NumPy's names. */
export function nameOfType({ kind, bytesPerElement, littleEndian }: ElementType): string {
  if (kind === 'bool') return kind;
  return `${kind}${bytesPerElement * 8}${littleEndian ? '' : ' big endian'}`;
}

/** Bytes of all elements; not finite or not exact when the shape is absurd. */
export function dataBytesOf({ shape, bytesPerElement }: ArrayHeader): number {
  return shape.reduce((product, axis) => product * axis, bytesPerElement);
}
