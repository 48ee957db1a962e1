/** Options that were typed and would do nothing: refused, since whoever typed them expects something of them. */
import { UserError } from '../shared/errors';
import { toKebabCase } from '../shared/letter-case';
import type { ScanSettings } from '../shared/settings';
import { isSettingUsed } from '../shared/used-settings';

interface Condition {
  /** Without dashes. */
  readonly option: string;
  readonly setting: keyof ScanSettings;
  /** Follows the option's name. */
  readonly sentence: string;
}

const ofBackbones = 'needs --backbone FILE: it is about the images which that takes.';
const ofPresets = 'belongs to presets; the file of --model says it itself.';

const conditions: readonly Condition[] = [
  { option: 'preset', setting: 'preset', sentence: 'and --model both name the network: leave one out.' },
  { option: 'focal', setting: 'focal', sentence: 'needs --loss focal: its numbers belong to that loss.' },
  {
    option: 'momentum',
    setting: 'momentum',
    sentence: 'needs --optimizer sgd or rmsprop; adam and adamw have no momentum to choose.',
  },
  {
    option: 'schedule-factor',
    setting: 'scheduleFactor',
    sentence: 'needs --schedule exponential, step or plateau.',
  },
  { option: 'schedule-every', setting: 'scheduleEvery', sentence: 'needs --schedule step or plateau.' },
  {
    option: 'warm-up',
    setting: 'warmUpEpochs',
    sentence: 'needs another --schedule: one-cycle warms up by itself.',
  },
  { option: 'latent', setting: 'latent', sentence: ofPresets },
  { option: 'resize', setting: 'resize', sentence: ofPresets },
  { option: 'size', setting: 'imageSize', sentence: ofPresets },
  { option: 'backbone-size', setting: 'backboneSize', sentence: ofBackbones },
  { option: 'backbone-mean', setting: 'backboneMean', sentence: ofBackbones },
  { option: 'backbone-std', setting: 'backboneStd', sentence: ofBackbones },
];

/**
 * @param typed names of the options that were given, as commander has them
 * Throws `settings-invalid`.
 */
export function refuseContradictions(typed: readonly string[], settings: ScanSettings): void {
  const names = typed.map(toKebabCase);
  const broken = conditions.find(({ option, setting }) => names.includes(option) && !isSettingUsed(setting, settings));
  if (broken === undefined) return;
  throw new UserError('settings-invalid', `--${broken.option} ${broken.sentence}`);
}
