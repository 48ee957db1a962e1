/** Settings that mean something only beside certain choices of the others. */
import type { ScanSettings } from './settings';

/** What decides; as words, which a form has before they are known to be right. */
export interface SettingChoices {
  readonly loss: string;
  readonly optimizer: string;
  readonly schedule: string;
  readonly modelFile?: string | undefined;
  readonly backbone?: string | undefined;
}

type Condition = (choices: SettingChoices) => boolean;

const hasBackbone: Condition = ({ backbone }) => backbone !== undefined;
const isPreset: Condition = ({ modelFile }) => modelFile === undefined;

const conditions: Readonly<Partial<Record<keyof ScanSettings, Condition>>> = {
  // A network from a file says all of it itself.
  preset: isPreset,
  imageSize: isPreset,
  latent: isPreset,
  resize: isPreset,
  backboneSize: hasBackbone,
  backboneMean: hasBackbone,
  backboneStd: hasBackbone,
  focal: ({ loss }) => loss === 'focal',
  momentum: ({ optimizer }) => ['sgd', 'rmsprop'].includes(optimizer),
  scheduleFactor: ({ schedule }) => ['exponential', 'step', 'plateau'].includes(schedule),
  scheduleEvery: ({ schedule }) => ['step', 'plateau'].includes(schedule),
  // One-cycle has a warm-up of its own.
  warmUpEpochs: ({ schedule }) => schedule !== 'one-cycle',
};

/** Whether a setting changes anything beside these choices. */
export function isSettingUsed(setting: keyof ScanSettings, choices: SettingChoices): boolean {
  return conditions[setting]?.(choices) ?? true;
}
