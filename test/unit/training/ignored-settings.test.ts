import { describe, expect, it } from 'vitest';
import { ignoredSettings } from '../../../src/engine/training/ignored-settings';
import { defaultFocal, defaultSettings } from '../../../src/shared/settings';

describe('settings that mean nothing beside the others', () => {
  it('are named, each in a sentence', () => {
    const useless = {
      warmUpEpochs: 2,
      scheduleFactor: 0.5,
      scheduleEvery: 3,
      momentum: 0.9,
      focal: defaultFocal,
    };
    const sentences = ignoredSettings({ ...defaultSettings, ...useless });
    expect(sentences).toHaveLength(5);
    for (const sentence of sentences) expect(sentence).toMatch(/not used: .+\.$/);
  });

  it('are not named where they mean something', () => {
    const used = {
      warmUpEpochs: 2,
      scheduleFactor: 0.5,
      scheduleEvery: 3,
      momentum: 0.9,
      focal: defaultFocal,
    };
    const matching = { schedule: 'plateau', optimizer: 'sgd', loss: 'focal' } as const;
    expect(ignoredSettings({ ...defaultSettings, ...used, ...matching })).toEqual([]);
    expect(ignoredSettings(defaultSettings)).toEqual([]);
  });
});
