import { describe, expect, it } from 'vitest';
import { optimizerNames, scheduleNames } from '../../../src/shared/settings';
import { isSettingUsed } from '../../../src/shared/used-settings';

const choices = { loss: 'mse', optimizer: 'adamw', schedule: 'one-cycle' };

describe('a setting', () => {
  it('is used whatever the others are, unless something decides about it', () => {
    for (const setting of ['epochs', 'gradientClip', 'beta', 'augment'] as const) {
      expect(isSettingUsed(setting, choices)).toBe(true);
    }
  });

  it('of a schedule is used by the schedules that have it', () => {
    const usedBy = (setting: 'scheduleFactor' | 'scheduleEvery' | 'warmUpEpochs') =>
      scheduleNames.filter((schedule) => isSettingUsed(setting, { ...choices, schedule }));
    expect(usedBy('scheduleFactor')).toEqual(['exponential', 'step', 'plateau']);
    expect(usedBy('scheduleEvery')).toEqual(['step', 'plateau']);
    expect(usedBy('warmUpEpochs')).toEqual(scheduleNames.filter((schedule) => schedule !== 'one-cycle'));
  });

  it('of an optimizer or a loss is used by its own', () => {
    expect(optimizerNames.filter((optimizer) => isSettingUsed('momentum', { ...choices, optimizer }))).toEqual([
      'sgd',
      'rmsprop',
    ]);
    expect(isSettingUsed('focal', choices)).toBe(false);
    expect(isSettingUsed('focal', { ...choices, loss: 'focal' })).toBe(true);
  });

  it('of presets is not used where the network is from a file', () => {
    for (const setting of ['preset', 'imageSize', 'latent', 'resize'] as const) {
      expect(isSettingUsed(setting, choices)).toBe(true);
      expect(isSettingUsed(setting, { ...choices, modelFile: 'network.json' })).toBe(false);
    }
  });
});
