import type { PretextName, ScanSettings } from '../../shared/settings';
import { choosePreset } from '../model/presets/index';
import type { PretextTask } from '../model/pretext';

const tasks: Readonly<Record<Exclude<PretextName, 'auto'>, readonly PretextTask[]>> = {
  none: [],
  rotation: ['rotation'],
  'cut-paste': ['cut-paste'],
  both: ['rotation', 'cut-paste'],
};

/**
 * What the settings ask for. By itself only of the network that adapts to the images: the other presets are trained as
 * the systems that they come from, and a network of the user's own as its maker says.
 */
export function pretextTasks({
  pretext = 'none',
  preset,
  modelFile,
}: Pick<ScanSettings, 'pretext' | 'preset' | 'modelFile'>): readonly PretextTask[] {
  if (pretext !== 'auto') return tasks[pretext];
  return modelFile === undefined && choosePreset(preset).adaptive ? tasks.both : tasks.none;
}
