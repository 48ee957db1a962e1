/** What becomes of training images. */
import * as l10n from '@vscode/l10n';
import type { SettingValues } from '../draft';
import { choice, text, type SettingField } from './field';

export function imageChangeFields(): SettingField[] {
  return [...augmentationFields(), ...denoisingFields()];
}

/** What the amount of a corruption is, which differs from kind to kind. */
export function amountHelp(values: SettingValues): string {
  switch (values['denoise.kind']) {
    case 'mask':
      return l10n.t('The cut: normal draws below it become black');
    case 'salt-and-pepper':
      return l10n.t('Share of the pixels');
    case 'erase':
      return l10n.t('Longest side as a share of the image');
    default:
      return l10n.t('Standard deviation of the noise');
  }
}

function augmentationFields(): SettingField[] {
  const none = l10n.t('none');
  return [
    text('augment.rotate', l10n.t('Rotation'), { empty: none, help: l10n.t('At most this many degrees either way') }),
    text('augment.brightness', l10n.t('Brightness'), { empty: none, help: l10n.t('A factor from 1 ± this') }),
    text('augment.contrast', l10n.t('Contrast'), { empty: none, help: l10n.t('A factor from 1 ± this') }),
    text('augment.saturation', l10n.t('Saturation'), { empty: none, help: l10n.t('A factor from 1 ± this') }),
    text('augment.crop', l10n.t('Crop'), { empty: none, help: l10n.t('At most this share of each side is cut') }),
    text('augment.blur', l10n.t('Blur'), { empty: none, help: l10n.t('Deviation in pixels, at most') }),
    { name: 'augment.flipHorizontal', kind: 'switch', place: 'first', label: l10n.t('Left and right change places') },
    { name: 'augment.flipVertical', kind: 'switch', label: l10n.t('Top and bottom change places') },
  ];
}

function denoisingFields(): SettingField[] {
  return [
    choice(
      'denoise.kind',
      l10n.t('Corrupt the input'),
      [
        { value: '', label: l10n.t('no') },
        { value: 'mask', label: l10n.t('Mask'), description: l10n.t('Pixels by chance become black') },
        { value: 'gaussian', label: l10n.t('Gaussian noise') },
        { value: 'salt-and-pepper', label: l10n.t('Salt and pepper') },
        { value: 'coarse', label: l10n.t('Coarse noise'), description: l10n.t('In blocks of an eighth of the side') },
        { value: 'erase', label: l10n.t('Erased rectangles') },
      ],
      { place: 'first' },
    ),
    text('denoise.probability', l10n.t('Share of images'), { help: l10n.t('How many are corrupted, 0 to 1') }),
    text('denoise.amount', l10n.t('Amount')),
  ];
}
