/** What a field of the form is, and short ways to write one. */
import * as l10n from '@vscode/l10n';
import type { PlaceKind } from '../../../src/shared/scan-options';
import type { SettingName } from '../draft';

/** A file that the editor's dialog chooses. */
export type FileKind = Extract<PlaceKind, 'model-file' | 'backbone-file'>;

export interface FieldChoice {
  readonly value: string;
  readonly label: string;
  /** A sentence under the field while this is chosen. */
  readonly description?: string;
}

/** What a field shows, whatever it stands for. */
export interface ShownField {
  readonly label: string;
  /** One sentence, shown under the field. */
  readonly help?: string;
  /** A drop-down list; absent: a text is typed. */
  readonly choices?: readonly FieldChoice[];
  readonly kind: 'choice' | 'text' | 'switch' | FileKind;
  /** What an empty field stands for. */
  readonly empty?: string;
  /** `wide` takes a whole line, `first` begins one. */
  readonly place?: 'wide' | 'first';
}

export interface SettingField extends ShownField {
  readonly name: SettingName;
}

export function automaticWord(): string {
  return l10n.t('automatic');
}

export function choice(
  name: SettingName,
  label: string,
  choices: readonly FieldChoice[],
  more: Partial<SettingField> = {},
): SettingField {
  return { name, kind: 'choice', label, choices, ...more };
}

export function text(name: SettingName, label: string, more: Partial<SettingField> = {}): SettingField {
  return { name, kind: 'text', label, ...more };
}
