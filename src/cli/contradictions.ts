/** Options that were typed and would do nothing: refused, since whoever typed them expects something of them. */
import { UserError } from '../shared/errors';
import type { ScanSettings } from '../shared/settings';

interface Condition {
  /** As commander names it. */
  readonly option: string;
  readonly holds: (settings: ScanSettings) => boolean;
  /** Follows the option's name. */
  readonly sentence: string;
}

const conditions: readonly Condition[] = [
  {
    option: 'focal',
    holds: ({ loss }) => loss === 'focal',
    sentence: 'needs --loss focal: its numbers belong to that loss.',
  },
  {
    option: 'momentum',
    holds: ({ optimizer }) => optimizer === 'sgd' || optimizer === 'rmsprop',
    sentence: 'needs --optimizer sgd or rmsprop; adam and adamw have no momentum to choose.',
  },
  {
    option: 'scheduleFactor',
    holds: ({ schedule }) => ['exponential', 'step', 'plateau'].includes(schedule),
    sentence: 'needs --schedule exponential, step or plateau.',
  },
  {
    option: 'scheduleEvery',
    holds: ({ schedule }) => ['step', 'plateau'].includes(schedule),
    sentence: 'needs --schedule step or plateau.',
  },
  {
    option: 'warmUp',
    holds: ({ schedule }) => schedule !== 'one-cycle',
    sentence: 'needs another --schedule: one-cycle warms up by itself.',
  },
  ...['latent', 'resize', 'size'].map((option) => ({
    option,
    holds: ({ modelFile }: ScanSettings) => modelFile === undefined,
    sentence: 'belongs to presets; the file of --model says it itself.',
  })),
];

/**
 * @param typed names of the options that were given, as commander has them
 * Throws `settings-invalid`.
 */
export function refuseContradictions(typed: readonly string[], settings: ScanSettings): void {
  const broken = conditions.find(({ option, holds }) => typed.includes(option) && !holds(settings));
  if (broken === undefined) return;
  const name = broken.option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw new UserError('settings-invalid', `--${name} ${broken.sentence}`);
}
