/** The options of scan and train that are settings of a run, one row each: how they are written and read. */
import type { ScanSettings } from '../shared/settings';
import { deviceNames, lossNames, thresholdMethods } from '../shared/settings';

export interface SettingOption {
  /** The option's long name without dashes. */
  readonly name: string;
  readonly argument: string;
  readonly key: keyof ScanSettings;
  readonly help: string;
  /** Follows "needs": what a right value looks like. */
  readonly expects: string;
  readonly kind: 'number' | 'text' | 'fractions' | 'threshold' | 'path';
}

const oneOf = (names: readonly string[]) => (names.length === 1 ? `${names[0]}` : `one of ${names.join(', ')}`);
const devices = ['auto', ...deviceNames];

export const settingOptions: readonly SettingOption[] = [
  {
    name: 'preset',
    argument: 'NAME',
    key: 'preset',
    help: 'the network (auto: by image size and count); `models` lists them',
    expects: 'a name that `anomaly-review models` lists',
    kind: 'text',
  },
  {
    name: 'model',
    argument: 'FILE',
    key: 'modelFile',
    help: 'a network specification as JSON, instead of a preset',
    expects: 'the path of a JSON file',
    kind: 'path',
  },
  {
    name: 'size',
    argument: 'N',
    key: 'imageSize',
    help: 'side length in pixels of what the network sees (by the images)',
    expects: 'a whole number from 4 to 512',
    kind: 'number',
  },
  {
    name: 'color',
    argument: 'rgb|gray|auto',
    key: 'color',
    help: 'what the network sees of the colours (auto)',
    expects: 'one of auto, rgb, gray',
    kind: 'text',
  },
  {
    name: 'roi',
    argument: 'x0,y0,x1,y1',
    key: 'roi',
    help: 'look at this part of each image only, as fractions of width and height',
    expects: 'four fractions x0,y0,x1,y1 with x0 < x1 and y0 < y1, such as 0.1,0,0.9,1',
    kind: 'fractions',
  },
  {
    name: 'epochs',
    argument: 'N',
    key: 'epochs',
    help: 'at most this many epochs (by the number of images)',
    expects: 'a whole number from 1 to 10000',
    kind: 'number',
  },
  {
    name: 'minutes',
    argument: 'M',
    key: 'minutes',
    help: 'at most this many minutes of training',
    expects: 'a number from 0 up',
    kind: 'number',
  },
  {
    name: 'batch',
    argument: 'N',
    key: 'batchSize',
    help: 'images a training step (64)',
    expects: 'a whole number from 1 to 4096',
    kind: 'number',
  },
  {
    name: 'lr',
    argument: 'X',
    key: 'learningRate',
    help: 'the highest learning rate (0.002)',
    expects: 'a number above 0, at most 10',
    kind: 'number',
  },
  {
    name: 'loss',
    argument: lossNames.join('|'),
    key: 'loss',
    help: 'what training makes small (mse)',
    expects: `${oneOf(lossNames)} in this version`,
    kind: 'text',
  },
  {
    name: 'optimizer',
    argument: 'adamw',
    key: 'optimizer',
    help: 'how the weights are changed (adamw)',
    expects: 'adamw in this version',
    kind: 'text',
  },
  {
    name: 'schedule',
    argument: 'one-cycle|constant',
    key: 'schedule',
    help: 'how the learning rate changes over the epochs (one-cycle)',
    expects: 'one of one-cycle, constant in this version',
    kind: 'text',
  },
  {
    name: 'patience',
    argument: 'N',
    key: 'patience',
    help: 'stop after this many epochs without a better validation loss (10)',
    expects: 'a whole number from 1 to 10000',
    kind: 'number',
  },
  {
    name: 'validation',
    argument: 'F',
    key: 'validationFraction',
    help: 'share of the images held out to watch the loss (0.1)',
    expects: 'a fraction from 0 to 0.9',
    kind: 'number',
  },
  {
    name: 'trim',
    argument: 'F',
    key: 'trimFraction',
    help: 'share of each batch, the worst, that training leaves out; 0: none (0.05)',
    expects: 'a fraction from 0 to 0.5',
    kind: 'number',
  },
  {
    name: 'score',
    argument: 'NAME',
    key: 'score',
    help: 'the score that decides: auto (all together) or a column such as reconstruction',
    expects: 'auto or the name of a score',
    kind: 'text',
  },
  {
    name: 'threshold',
    argument: 'METHOD[:V]',
    key: 'threshold',
    help: `where the line is drawn (auto): ${thresholdMethods.join(', ')}`,
    expects: 'a threshold method',
    kind: 'threshold',
  },
  {
    name: 'unreadable',
    argument: 'flag|keep',
    key: 'unreadable',
    help: 'what happens to images that cannot be read (flag)',
    expects: 'one of flag, keep',
    kind: 'text',
  },
  {
    name: 'backend',
    argument: 'auto|onnx',
    key: 'backend',
    help: 'what computes (auto)',
    expects: 'one of auto, onnx in this version',
    kind: 'text',
  },
  {
    name: 'device',
    argument: devices.join('|'),
    key: 'device',
    help: 'where it runs (auto)',
    expects: oneOf(devices),
    kind: 'text',
  },
  {
    name: 'threads',
    argument: 'N',
    key: 'threads',
    help: 'processor threads (all cores)',
    expects: 'a whole number from 1 to 1024',
    kind: 'number',
  },
  {
    name: 'seed',
    argument: 'N',
    key: 'seed',
    help: 'of all random numbers (0)',
    expects: 'a whole number from 0 to 2147483647',
    kind: 'number',
  },
];

/** Known to the contract, without a choice yet: `none` is what there is. */
export const unavailableOptions = [
  { name: 'augment', argument: 'none', help: 'change images at random in training (none)' },
  { name: 'denoise', argument: 'none', help: 'corrupt the input in training (none)' },
] as const;
