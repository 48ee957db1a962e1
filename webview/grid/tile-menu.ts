/** What can be done with an image, or with all that are selected: the choices of its menu. */
import * as l10n from '@vscode/l10n';
import { formatCount } from '../../src/shared/format';
import { locale } from '../localization';
import type { PanelModel } from '../model/panel-model';
import type { PanelAction } from '../panel/action-event';
import type { MenuChoice } from '../panel/popup-menu';

interface Entry extends MenuChoice {
  readonly action: PanelAction;
}

/** Images that the choices of the menu on `index` are about: all selected ones when it is one of them. */
export function menuTargets(model: PanelModel, index: number): readonly number[] {
  return model.selection.has(index) ? [...model.selection] : [index];
}

/** In the order of the menu; `value` names the choice. */
export function tileMenu(model: PanelModel, index: number): readonly Entry[] {
  const indexes = menuTargets(model, index);
  const alike = model.isFlagged(index) && model.flagged > 1;
  const copy =
    indexes.length === 1 ? l10n.t('Copy path') : l10n.t('Copy {0} paths', formatCount(indexes.length, locale));
  return [
    { value: 'compare', label: l10n.t('Compare'), keys: 'Enter', action: { type: 'compare' } },
    ...(alike
      ? [{ value: 'alike', label: l10n.t('Select those alike'), action: { type: 'selectAlike', index } } as const]
      : []),
    { value: 'bad', label: l10n.t('Bad'), keys: 'X', startsGroup: true, action: { type: 'bad', index } },
    { value: 'good', label: l10n.t('Good'), keys: 'G', action: { type: 'good', index } },
    {
      value: 'badAlike',
      label: l10n.t('Bad, and others like it'),
      keys: 'Shift+X',
      action: { type: 'badAlike', index },
    },
    {
      value: 'goodAlike',
      label: l10n.t('Good, and others like it'),
      keys: 'Shift+G',
      action: { type: 'goodAlike', index },
    },
    { value: 'open', label: l10n.t('Open'), startsGroup: true, action: { type: 'open', index } },
    { value: 'openBeside', label: l10n.t('Open to the side'), action: { type: 'openBeside', index } },
    { value: 'reveal', label: l10n.t('Reveal'), action: { type: 'reveal', index } },
    { value: 'copyPaths', label: copy, action: { type: 'copyPaths', indexes } },
  ];
}
