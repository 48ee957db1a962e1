/** Settings that mean nothing beside the others: said, not swallowed. */
import type { ScanSettings } from '../../shared/settings';
import { isSettingUsed } from '../../shared/used-settings';

interface Ignorable {
  readonly setting: keyof ScanSettings;
  readonly sentence: (settings: ScanSettings) => string;
}

const ignorables: readonly Ignorable[] = [
  { setting: 'warmUpEpochs', sentence: () => 'The warm-up is not used: the one-cycle schedule has its own.' },
  {
    setting: 'scheduleFactor',
    sentence: ({ schedule }) => `The schedule factor is not used: the ${schedule} schedule has none.`,
  },
  {
    setting: 'scheduleEvery',
    sentence: ({ schedule }) => `“Schedule every” is not used: the ${schedule} schedule has no drops.`,
  },
  {
    setting: 'momentum',
    sentence: ({ optimizer }) =>
      `The momentum is not used: it is that of sgd and rmsprop, and the optimizer is ${optimizer}.`,
  },
  {
    setting: 'focal',
    sentence: ({ loss }) => `The focal loss’s alpha, gamma and threshold are not used: the loss is ${loss}.`,
  },
];

/** A sentence for each setting that was made and changes nothing. */
export function ignoredSettings(settings: ScanSettings): string[] {
  return ignorables
    .filter(({ setting }) => settings[setting] !== undefined && !isSettingUsed(setting, settings))
    .map(({ sentence }) => sentence(settings));
}
