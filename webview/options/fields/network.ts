/** The network, what it sees, and how long it may take. */
import * as l10n from '@vscode/l10n';
import type { ModelDescription } from '../../../src/shared/contracts';
import { formatCount } from '../../../src/shared/format';
import { arrayRanges } from '../../../src/shared/settings';
import { locale } from '../../localization';
import { automaticWord, choice, text, type SettingField } from './field';

export function basicFields(models: readonly ModelDescription[]): SettingField[] {
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

export function networkFields(): SettingField[] {
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
    text('areas', l10n.t('Areas'), {
      empty: l10n.t('none'),
      help: l10n.t(
        'In the region, as fractions, one after the other: ignore 0.8, 0, 1, 1; attend 0, 0, 1, 0.5. Three pairs or more are the corners of a polygon',
      ),
      place: 'wide',
    }),
    {
      name: 'backbone',
      kind: 'backbone-file',
      label: l10n.t('Pretrained network'),
      empty: l10n.t('none'),
      help: l10n.t('An ONNX file of an image network: what it makes of the images is one more score'),
      place: 'wide',
    },
    text('backboneSize', l10n.t('Its image size'), {
      empty: l10n.t('as its file says'),
      help: l10n.t('Side in pixels, 8 to 1024'),
    }),
    text('backboneMean', l10n.t('Its mean'), {
      empty: l10n.t('as its file says'),
      help: l10n.t('Taken off the values 0 to 1: one number, or three'),
    }),
    text('backboneStd', l10n.t('Its deviation'), {
      empty: l10n.t('as its file says'),
      help: l10n.t('Divides the values then: one number, or three'),
    }),
    choice('arrayLayout', l10n.t('Array axes'), [
      { value: '', label: l10n.t('told from the shape') },
      { value: 'channels-last', label: l10n.t('Channels last') },
      { value: 'channels-first', label: l10n.t('Channels first') },
    ]),
    choice('arrayRange', l10n.t('Array values'), [
      { value: '', label: l10n.t('told from the numbers') },
      ...arrayRanges.map((value) => ({ value, label: value.replace('..', ' – ') })),
    ]),
  ];
}

/** `28 × 28 × 1 · latent 256 · 7,290,000 parameters` */
function modelFigures({ inputShape, latent, parameters, adaptive }: ModelDescription): string {
  const [channels, height, width] = inputShape;
  const size = `${height} × ${width} × ${channels}`;
  return [
    adaptive ? l10n.t('any size, such as {0}', size) : size,
    l10n.t('latent {0}', formatCount(latent, locale)),
    l10n.t('{0} parameters', formatCount(parameters, locale)),
  ].join(' · ');
}
