/** All presets. A new one is a file here and a line in this list. */
import * as l10n from '@vscode/l10n';
import { UserError } from '../../../shared/errors';
import { catsAmongApples } from './cats-among-apples';
import { convolutional } from './convolutional';
import { corruptedDigits } from './corrupted-digits';
import {
  facesConvolutional,
  facesLinear,
  facesMixed,
  facesResnet,
  facesThreeConvolutional,
  facesThreeLinear,
  facesVariational,
} from './faces';
import { metalSpill1, metalSpill2, metalSpill3 } from './metal-spill';
import type { Preset } from './preset';
import { resize100 } from './resize-100';
import { strided100, strided100Plain } from './strided-100';

export type { Preset, PresetOptions } from './preset';

export const presets: readonly Preset[] = [
  convolutional,
  corruptedDigits,
  catsAmongApples,
  strided100,
  strided100Plain,
  resize100,
  metalSpill1,
  metalSpill2,
  metalSpill3,
  facesLinear,
  facesConvolutional,
  facesVariational,
  facesResnet,
  facesThreeLinear,
  facesThreeConvolutional,
  facesMixed,
];

/**
 * `auto` is the convolutional network: it fits every size and did best on most data sets that were tried.
 * @throws UserError `settings-invalid` for an unknown name
 */
export function choosePreset(name: string): Preset {
  const wanted = name === 'auto' ? convolutional.name : name;
  const preset = presets.find((candidate) => candidate.name === wanted);
  if (preset !== undefined) return preset;
  const names = ['auto', ...presets.map((candidate) => candidate.name)].join(', ');
  throw new UserError('settings-invalid', l10n.t('There is no preset called “{0}”. Choose one of: {1}.', name, names));
}
