import { networkOptions } from './network';
import type { SettingOption } from './option';
import { resultOptions } from './result';
import { trainingOptions } from './training';

/** In the order of the help. */
export const settingOptions: readonly SettingOption[] = [...networkOptions, ...trainingOptions, ...resultOptions];
