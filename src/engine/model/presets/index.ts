/** All presets. A new one is a file here and a line in this list. */
import { UserError } from '../../../shared/errors';
import { convolutional } from './convolutional';
import { corruptedDigits } from './corrupted-digits';
import type { Preset } from './preset';

export type { Preset } from './preset';

export const presets: readonly Preset[] = [convolutional, corruptedDigits];

/**
 * `auto` is the convolutional network: it fits every size and did best on most data sets that were tried.
 * @throws UserError `settings-invalid` for an unknown name
 */
export function choosePreset(name: string): Preset {
  const wanted = name === 'auto' ? convolutional.name : name;
  const preset = presets.find((candidate) => candidate.name === wanted);
  if (preset !== undefined) return preset;
  const names = ['auto', ...presets.map((candidate) => candidate.name)].join(', ');
  throw new UserError('settings-invalid', `There is no preset called “${name}”. Choose one of: ${names}.`);
}
