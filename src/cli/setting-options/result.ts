/** What becomes of the scores, and where all of it is computed. */
import { UserError } from '../../shared/errors';
import { backendNames, deviceNames, thresholdMethods } from '../../shared/settings';
import type { ThresholdSetting } from '../../shared/settings';
import { parseThreshold } from '../../shared/threshold-methods';
import { number, oneOf, text, type SettingOption } from './option';

const devices = ['auto', ...deviceNames];

export const resultOptions: readonly SettingOption[] = [
  {
    name: 'score',
    argument: 'NAME',
    key: 'score',
    help: 'the score that decides: auto (all together) or a column such as reconstruction',
    expects: 'auto or the name of a score',
    read: text,
  },
  {
    name: 'threshold',
    argument: 'METHOD[:V]',
    key: 'threshold',
    help: `where the line is drawn (auto): ${thresholdMethods.join(', ')}`,
    expects: 'a threshold method',
    read: threshold,
  },
  {
    name: 'unreadable',
    argument: 'flag|keep',
    key: 'unreadable',
    help: 'what happens to images that cannot be read (flag)',
    expects: 'one of flag, keep',
    read: text,
  },
  {
    name: 'backend',
    argument: backendNames.join('|'),
    key: 'backend',
    help: 'what computes (auto: ONNX Runtime)',
    expects: oneOf(backendNames),
    read: text,
  },
  {
    name: 'device',
    argument: devices.join('|'),
    key: 'device',
    help: 'where it runs (auto)',
    expects: oneOf(devices),
    read: text,
  },
  {
    name: 'threads',
    argument: 'N',
    key: 'threads',
    help: 'processor threads, at most one a core (all cores)',
    expects: 'a whole number from 1 to 1024',
    read: number,
  },
  {
    name: 'seed',
    argument: 'N',
    key: 'seed',
    help: 'of all random numbers (0)',
    expects: 'a whole number from 0 to 2147483647',
    read: number,
  },
];

function threshold(written: string): ThresholdSetting {
  try {
    return parseThreshold(written);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(error.code, `--threshold: ${error.message}`, { cause: error });
  }
}
