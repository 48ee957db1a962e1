import { describe, expect, it } from 'vitest';
import { checkNetwork } from '../../../src/engine/model/shapes';
import { ignoredSettings } from '../../../src/engine/training/ignored-settings';
import { defaultFocal, defaultSettings } from '../../../src/shared/settings';

const input = { channels: 1, height: 4, width: 4 };
const toImage = [{ type: 'linear', out: 16 } as const, { type: 'reshape', channels: 1, height: 4, width: 4 } as const];
const withMaps = checkNetwork({
  name: 'with maps',
  input,
  encoder: [
    { type: 'conv', out: 2, kernel: 3, stride: 2, padding: 1, bias: true },
    { type: 'flatten' },
    { type: 'linear', out: 2 },
  ],
  decoder: toImage,
});
const dense = checkNetwork({
  name: 'dense',
  input,
  encoder: [{ type: 'flatten' }, { type: 'linear', out: 2 }],
  decoder: toImage,
});

describe('settings that mean nothing beside the others', () => {
  it('are named, each in a sentence', () => {
    const useless = {
      warmUpEpochs: 2,
      scheduleFactor: 0.5,
      scheduleEvery: 3,
      momentum: 0.9,
      focal: defaultFocal,
      pretext: 'both',
    } as const;
    const sentences = ignoredSettings({ ...defaultSettings, ...useless }, dense);
    expect(sentences).toHaveLength(6);
    for (const sentence of sentences) expect(sentence).toMatch(/not used: .+\.$/);
  });

  it('are not named where they mean something', () => {
    const used = {
      warmUpEpochs: 2,
      scheduleFactor: 0.5,
      scheduleEvery: 3,
      momentum: 0.9,
      focal: defaultFocal,
      pretext: 'both',
    } as const;
    const matching = { schedule: 'plateau', optimizer: 'sgd', loss: 'focal' } as const;
    expect(ignoredSettings({ ...defaultSettings, ...used, ...matching }, withMaps)).toEqual([]);
    expect(ignoredSettings({ ...defaultSettings, pretext: 'none' }, dense)).toEqual([]);
  });
});
