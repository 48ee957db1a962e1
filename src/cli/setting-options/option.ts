/** One option of scan and train that is a setting of a run: how it is written and read. */
import type { ScanSettings } from '../../shared/settings';

export interface SettingOption {
  /** The option's long name without dashes. */
  readonly name: string;
  readonly argument: string;
  readonly key: keyof ScanSettings;
  readonly help: string;
  /** Follows "needs": what a right value looks like. */
  readonly expects: string;
  /**
   * The setting's value, which the schema checks; undefined: absent. Throws {@link WrongText} for what cannot be one, or
   * a UserError that says more.
   */
  readonly read: (text: string) => unknown;
}

/** The text is not of the kind that the option expects. */
export class WrongText extends Error {}

export function text(written: string): string {
  return written;
}

export function number(written: string): number {
  const value = Number(written);
  if (written.trim() === '' || !Number.isFinite(value)) throw new WrongText(written);
  return value;
}

/** Numbers between commas, exactly `count` of them. */
export function numbers(written: string, count: number): number[] {
  const found = written.split(',').map(number);
  if (found.length !== count) throw new WrongText(written);
  return found;
}

export function oneOf(names: readonly string[]): string {
  return names.length === 1 ? (names[0] ?? '') : `one of ${names.join(', ')}`;
}
