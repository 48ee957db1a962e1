/** Every setting of the form: where it stands, what it is called and what can be chosen. One table a section. */
import * as l10n from '@vscode/l10n';
import type { ModelDescription } from '../../src/shared/contracts';
import { formatCount } from '../../src/shared/format';
import { scoreColumns, scoreExplanation, scoreTitle } from '../../src/shared/score-names';
import { deviceNames } from '../../src/shared/settings';
import { thresholdMethodTable } from '../../src/shared/threshold-methods';
import { locale } from '../localization';
import type { SettingName, SettingValues } from './draft';

export interface FieldChoice {
  readonly value: string;
  readonly label: string;
  /** A sentence under the field while this is chosen. */
  readonly description?: string;
}

/** What a field shows, whatever it stands for. */
export interface ShownField {
  readonly label: string;
  /** One sentence, shown under the field. */
  readonly help?: string;
  /** A drop-down list; absent: a text is typed. */
  readonly choices?: readonly FieldChoice[];
  readonly kind: 'choice' | 'text' | 'switch' | 'model-file';
  /** What an empty field stands for. */
  readonly empty?: string;
  /** `wide` takes a whole line, `first` begins one. */
  readonly place?: 'wide' | 'first';
}

export interface SettingField extends ShownField {
  readonly name: SettingName;
}

export const sectionNames = ['basics', 'network', 'training', 'augmentation', 'scoring', 'machine'] as const;
export type SectionName = (typeof sectionNames)[number];

export function sectionTitle(section: SectionName): string {
  switch (section) {
    case 'basics':
      return l10n.t('Network and time');
    case 'network':
      return l10n.t('What the network sees and how it is built');
    case 'training':
      return l10n.t('Training');
    case 'augmentation':
      return l10n.t('Augmentation and denoising');
    case 'scoring':
      return l10n.t('Scoring');
    case 'machine':
      return l10n.t('Where it computes');
  }
}

/** In the order of the form, in the user's language. */
export function sectionFields(section: SectionName, models: readonly ModelDescription[]): readonly SettingField[] {
  switch (section) {
    case 'basics':
      return basicFields(models);
    case 'network':
      return networkFields();
    case 'training':
      return [...trainingFields(), ...optimizerFields(), ...scheduleFields(), ...stoppingFields()];
    case 'augmentation':
      return [...augmentationFields(), ...denoisingFields()];
    case 'scoring':
      return scoringFields();
    case 'machine':
      return machineFields();
  }
}

/** `28 × 28 × 1 · latent 256 · 7,290,000 parameters` */
export function modelFigures({ inputShape, latent, parameters, adaptive }: ModelDescription): string {
  const [channels, height, width] = inputShape;
  const size = `${height} × ${width} × ${channels}`;
  return [
    adaptive ? l10n.t('any size, such as {0}', size) : size,
    l10n.t('latent {0}', formatCount(latent, locale)),
    l10n.t('{0} parameters', formatCount(parameters, locale)),
  ].join(' · ');
}

function basicFields(models: readonly ModelDescription[]): SettingField[] {
  const automatic = { value: 'auto', label: automaticWord(), description: l10n.t('By the size and number of images.') };
  const presets = models.map((model) => ({
    value: model.name,
    label: `${model.title} (${modelFigures(model)})`,
    description: model.description,
  }));
  return [
    choice('preset', l10n.t('Network'), [automatic, ...presets], { place: 'wide' }),
    text('imageSize', l10n.t('Image size'), { empty: automaticWord(), help: l10n.t('Side in pixels, 4 to 512') }),
    text('epochs', l10n.t('Epochs'), { empty: automaticWord(), help: l10n.t('At most, over all images') }),
    text('minutes', l10n.t('Minutes'), { empty: l10n.t('no limit'), help: l10n.t('At most, of training') }),
  ];
}

function networkFields(): SettingField[] {
  return [
    {
      name: 'modelFile',
      kind: 'model-file',
      label: l10n.t('Network of your own'),
      empty: l10n.t('none'),
      help: l10n.t('A specification as JSON, used instead of a preset'),
      place: 'wide',
    },
    choice('color', l10n.t('Colour'), [
      { value: 'auto', label: automaticWord(), description: l10n.t('Colour when the images have some') },
      { value: 'rgb', label: l10n.t('Colour') },
      { value: 'gray', label: l10n.t('Grey levels') },
    ]),
    text('latent', l10n.t('Latent length'), {
      empty: l10n.t("the preset's"),
      help: l10n.t('For presets that leave it open'),
    }),
    choice('resize', l10n.t('Resize'), [
      { value: '', label: l10n.t("the preset's") },
      { value: 'nearest', label: l10n.t('Nearest pixel') },
      { value: 'bilinear', label: l10n.t('Bilinear') },
      { value: 'bicubic', label: l10n.t('Bicubic') },
    ]),
    text('roi', l10n.t('Region'), {
      empty: l10n.t('whole image'),
      help: l10n.t('Left, top, right, bottom as fractions'),
    }),
    choice('arrayLayout', l10n.t('Array axes'), [
      { value: '', label: l10n.t('told from the shape') },
      { value: 'channels-last', label: l10n.t('Channels last') },
      { value: 'channels-first', label: l10n.t('Channels first') },
    ]),
    choice('arrayRange', l10n.t('Array values'), [
      { value: '', label: l10n.t('told from the numbers') },
      ...['0..255', '0..65535', '0..1', '-1..1'].map((value) => ({ value, label: value.replace('..', ' – ') })),
    ]),
  ];
}

function trainingFields(): SettingField[] {
  return [
    text('batchSize', l10n.t('Batch size'), { help: l10n.t('Images in a step') }),
    text('learningRate', l10n.t('Learning rate'), { help: l10n.t('The highest of the schedule') }),
    choice('loss', l10n.t('Loss'), [
      { value: 'mse', label: l10n.t('Squared error') },
      { value: 'l1', label: l10n.t('Absolute error') },
      { value: 'bce', label: l10n.t('Binary cross-entropy') },
      { value: 'focal', label: l10n.t('Focal') },
      { value: 'ssim', label: l10n.t('Structural similarity') },
    ]),
    text('focal.alpha', l10n.t('Focal alpha'), { empty: '2', help: l10n.t('Factor of the loss') }),
    text('focal.gamma', l10n.t('Focal gamma'), { empty: '0.25', help: l10n.t('How much less easy pixels count') }),
    text('focal.threshold', l10n.t('Focal threshold'), { empty: '0', help: l10n.t('Above it a pixel is bright') }),
    text('beta', l10n.t('Beta'), { empty: '1', help: l10n.t('Weight of the divergence, for variational networks') }),
  ];
}

function optimizerFields(): SettingField[] {
  return [
    choice(
      'optimizer',
      l10n.t('Optimizer'),
      [
        { value: 'adamw', label: 'AdamW' },
        { value: 'adam', label: 'Adam' },
        { value: 'sgd', label: 'SGD' },
        { value: 'rmsprop', label: 'RMSprop' },
      ],
      { place: 'first' },
    ),
    text('weightDecay', l10n.t('Weight decay'), { empty: '0.0001' }),
    text('momentum', l10n.t('Momentum'), { empty: automaticWord() }),
    text('gradientClip', l10n.t('Gradient clip'), {
      empty: l10n.t('none'),
      help: l10n.t('Longer gradients are shortened to this'),
    }),
  ];
}

function scheduleFields(): SettingField[] {
  return [
    choice(
      'schedule',
      l10n.t('Schedule'),
      [
        { value: 'one-cycle', label: l10n.t('One cycle'), description: l10n.t('Up, then down to almost nothing') },
        { value: 'constant', label: l10n.t('Constant') },
        { value: 'exponential', label: l10n.t('Exponential'), description: l10n.t('Less by a factor each epoch') },
        { value: 'step', label: l10n.t('Steps'), description: l10n.t('A drop every few epochs') },
        { value: 'cosine', label: l10n.t('Cosine') },
        { value: 'plateau', label: l10n.t('Plateau'), description: l10n.t('A drop when the loss no longer falls') },
      ],
      { place: 'first' },
    ),
    text('scheduleFactor', l10n.t('Factor'), {
      empty: automaticWord(),
      help: l10n.t('What a drop multiplies the rate by'),
    }),
    text('scheduleEvery', l10n.t('Epochs to a drop'), { empty: automaticWord() }),
    text('warmUpEpochs', l10n.t('Warm-up'), { empty: '0', help: l10n.t('Epochs in which the rate climbs') }),
  ];
}

function stoppingFields(): SettingField[] {
  return [
    text('patience', l10n.t('Patience'), {
      place: 'first',
      help: l10n.t('Epochs without a better loss, then it stops'),
    }),
    text('validationFraction', l10n.t('Validation share'), { help: l10n.t('Held out to watch the loss, 0 to 0.9') }),
    text('trimFraction', l10n.t('Trimmed share'), { help: l10n.t('The worst of each batch, not learnt') }),
    text('seed', l10n.t('Seed'), { help: l10n.t('The same seed gives the same result') }),
  ];
}

function augmentationFields(): SettingField[] {
  const none = l10n.t('none');
  return [
    text('augment.rotate', l10n.t('Rotation'), { empty: none, help: l10n.t('At most this many degrees either way') }),
    text('augment.brightness', l10n.t('Brightness'), { empty: none, help: l10n.t('A factor from 1 ± this') }),
    text('augment.contrast', l10n.t('Contrast'), { empty: none, help: l10n.t('A factor from 1 ± this') }),
    text('augment.saturation', l10n.t('Saturation'), { empty: none, help: l10n.t('A factor from 1 ± this') }),
    text('augment.crop', l10n.t('Crop'), { empty: none, help: l10n.t('At most this share of each side is cut') }),
    text('augment.blur', l10n.t('Blur'), { empty: none, help: l10n.t('Deviation in pixels, at most') }),
    { name: 'augment.flipHorizontal', kind: 'switch', place: 'first', label: l10n.t('Left and right change places') },
    { name: 'augment.flipVertical', kind: 'switch', label: l10n.t('Top and bottom change places') },
  ];
}

function denoisingFields(): SettingField[] {
  return [
    choice(
      'denoise.kind',
      l10n.t('Corrupt the input'),
      [
        { value: '', label: l10n.t('no') },
        { value: 'mask', label: l10n.t('Mask'), description: l10n.t('Pixels by chance become black') },
        { value: 'gaussian', label: l10n.t('Gaussian noise') },
        { value: 'salt-and-pepper', label: l10n.t('Salt and pepper') },
        { value: 'coarse', label: l10n.t('Coarse noise'), description: l10n.t('In blocks of an eighth of the side') },
        { value: 'erase', label: l10n.t('Erased rectangles') },
      ],
      { place: 'first' },
    ),
    text('denoise.probability', l10n.t('Share of images'), { help: l10n.t('How many are corrupted, 0 to 1') }),
    text('denoise.amount', l10n.t('Amount')),
  ];
}

function scoringFields(): SettingField[] {
  const scores = scoreColumns.map((value) => ({
    value,
    label: scoreTitle(value),
    description: scoreExplanation(value),
  }));
  const methods = thresholdMethodTable().map(({ method, title, assumes }) => ({
    value: method,
    label: title,
    description: assumes,
  }));
  return [
    choice('score', l10n.t('Score'), [{ value: 'auto', label: automaticWord() }, ...scores]),
    choice('threshold.method', l10n.t('Threshold'), methods),
    text('threshold.parameter', l10n.t('Parameter'), { empty: l10n.t('usual') }),
    choice('epochScores', l10n.t('Rank after epochs'), [
      { value: '', label: automaticWord(), description: l10n.t('As often as it costs little') },
      { value: 'all', label: l10n.t('Every epoch') },
      { value: 'off', label: l10n.t('Never') },
    ]),
    choice('keepEpoch', l10n.t('Epoch that is kept'), [
      { value: '', label: l10n.t('Lowest loss') },
      { value: 'separation', label: l10n.t('Best separation'), description: l10n.t('Whose tail stands out most') },
    ]),
    choice('unreadable', l10n.t('Unreadable images'), [
      { value: 'flag', label: l10n.t('are flagged') },
      { value: 'keep', label: l10n.t('are not flagged') },
    ]),
  ];
}

function machineFields(): SettingField[] {
  const names: Readonly<Record<string, string>> = {
    cpu: l10n.t('Processor'),
    webgpu: 'WebGPU',
    dml: 'DirectML',
    coreml: 'Core ML',
    cuda: 'CUDA',
  };
  return [
    choice('backend', l10n.t('Library'), [
      { value: 'auto', label: automaticWord() },
      { value: 'onnx', label: 'ONNX Runtime' },
    ]),
    choice('device', l10n.t('Device'), [
      { value: 'auto', label: automaticWord() },
      ...deviceNames.map((value) => ({ value, label: names[value] ?? value })),
    ]),
    text('threads', l10n.t('Threads'), { empty: l10n.t('all cores') }),
  ];
}

/** What the amount of a corruption is, which differs from kind to kind. */
export function amountHelp(values: SettingValues): string {
  switch (values['denoise.kind']) {
    case 'mask':
      return l10n.t('The cut: normal draws below it become black');
    case 'salt-and-pepper':
      return l10n.t('Share of the pixels');
    case 'erase':
      return l10n.t('Longest side as a share of the image');
    default:
      return l10n.t('Standard deviation of the noise');
  }
}

function automaticWord(): string {
  return l10n.t('automatic');
}

function choice(
  name: SettingName,
  label: string,
  choices: readonly FieldChoice[],
  more: Partial<SettingField> = {},
): SettingField {
  return { name, kind: 'choice', label, choices, ...more };
}

function text(name: SettingName, label: string, more: Partial<SettingField> = {}): SettingField {
  return { name, kind: 'text', label, ...more };
}
