/** Settings that mean nothing beside the others: said, not swallowed. */
import * as l10n from '@vscode/l10n';
import { planPretext } from '../model/pretext';
import type { NetworkPlan } from '../model/plan';
import type { ScanSettings } from '../../shared/settings';
import { pretextTasks } from './pretext-tasks';
import { isSettingUsed } from '../../shared/used-settings';

interface Ignorable {
  readonly setting: keyof ScanSettings;
  readonly sentence: (settings: ScanSettings) => string;
}

const ignorables: readonly Ignorable[] = [
  { setting: 'warmUpEpochs', sentence: () => l10n.t('The warm-up is not used: the one-cycle schedule has its own.') },
  {
    setting: 'scheduleFactor',
    sentence: ({ schedule }) => l10n.t('The schedule factor is not used: the {0} schedule has none.', schedule),
  },
  {
    setting: 'scheduleEvery',
    sentence: ({ schedule }) => l10n.t('“Schedule every” is not used: the {0} schedule has no drops.', schedule),
  },
  {
    setting: 'momentum',
    sentence: ({ optimizer }) =>
      l10n.t('The momentum is not used: it is that of sgd and rmsprop, and the optimizer is {0}.', optimizer),
  },
  {
    setting: 'focal',
    sentence: ({ loss }) => l10n.t('The focal loss’s alpha, gamma and threshold are not used: the loss is {0}.', loss),
  },
];

/** A sentence for each setting that was made and changes nothing in the training of this network. */
export function ignoredSettings(settings: ScanSettings, network: NetworkPlan): string[] {
  const tasks = pretextTasks(settings);
  const sentences = ignorables
    .filter(({ setting }) => settings[setting] !== undefined && !isSettingUsed(setting, settings))
    .map(({ sentence }) => sentence(settings));
  if (tasks.length > 0 && planPretext(network, tasks) === undefined) {
    sentences.push(
      l10n.t('The pretext tasks are not used: they ask a map of the encoder, and this network trains none.'),
    );
  }
  return sentences;
}
