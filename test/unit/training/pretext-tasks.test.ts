import { describe, expect, it } from 'vitest';
import { pretextTasks } from '../../../src/engine/training/pretext-tasks';
import { defaultSettings, type ScanSettings } from '../../../src/shared/settings';

function tasks(settings: Partial<ScanSettings>): readonly string[] {
  return pretextTasks({ ...defaultSettings, ...settings });
}

describe('pretext tasks', () => {
  it('are both asked of the network that adapts to the images, and of no other by itself', () => {
    expect(tasks({})).toEqual(['rotation', 'cut-paste']);
    expect(tasks({ preset: 'convolutional' })).toEqual(['rotation', 'cut-paste']);
    expect(tasks({ preset: 'strided-100' })).toEqual([]);
    expect(tasks({ modelFile: '/data/my.network.json' })).toEqual([]);
  });

  it('are those that are asked for by name, whatever the network', () => {
    expect(tasks({ preset: 'strided-100', pretext: 'both' })).toEqual(['rotation', 'cut-paste']);
    expect(tasks({ modelFile: '/data/my.network.json', pretext: 'rotation' })).toEqual(['rotation']);
    expect(tasks({ pretext: 'cut-paste' })).toEqual(['cut-paste']);
    expect(tasks({ pretext: 'none' })).toEqual([]);
  });

  it('are none in runs that say nothing of them, as those of earlier versions', () => {
    expect(pretextTasks({ preset: 'auto' })).toEqual([]);
  });
});
