/** Arrays of a file in words: `x_train · uint8 · 60000 × 28 × 28`. */
import type { ArrayReport } from '../../src/shared/contracts';

export interface ArrayText {
  readonly value: string;
  readonly label: string;
  readonly description: string;
  /** It cannot be images. */
  readonly unusable: boolean;
}

export function arrayTexts(arrays: readonly ArrayReport[]): readonly ArrayText[] {
  return arrays.map(({ name, type, shape, meaning, problem }) => ({
    value: name,
    label: [name, type, shape.join(' × ')].filter((part) => part !== '').join(' · '),
    description: problem ?? meaning ?? '',
    unusable: problem !== undefined,
  }));
}
