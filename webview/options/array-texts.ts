/** Arrays of a file, or of a folder of such files, in words: `x_train · uint8 · 60000 × 28 × 28`. */
import type { ArrayReport } from '../../src/shared/contracts';
import { isArrayFile } from '../../src/shared/source-location';

export interface ArrayText {
  readonly value: string;
  readonly label: string;
  readonly description: string;
  /** It cannot be images. */
  readonly unusable: boolean;
}

/** By their names. */
export function arrayTexts(arrays: readonly ArrayReport[]): readonly ArrayText[] {
  return arrays.map(({ name, type, shape, meaning, problem }) => ({
    value: name,
    label: [name, type, shape.join(' × ')].filter((part) => part !== '').join(' · '),
    description: problem ?? meaning ?? '',
    unusable: problem !== undefined,
  }));
}

/** By the sources they are: arrays of the file `inspected`, or files in the folder of that name. */
export function arrayPlaces(inspected: string, arrays: readonly ArrayReport[]): readonly ArrayText[] {
  const separator = isArrayFile(inspected) ? '#' : inspected.includes('\\') ? '\\' : '/';
  return arrayTexts(arrays).map((text) => ({ ...text, value: `${inspected}${separator}${text.value}` }));
}
