/** What a preset is, and what all of them check before they build. */
import * as l10n from '@vscode/l10n';
import { UserError } from '../../../shared/errors';
import type { FeatureShape, NetworkSpec, ResizeMode } from '../spec';

export interface PresetOptions {
  /** How many numbers describe an image; absent: the preset's own. */
  readonly latent?: number;
  /** How maps are enlarged; absent: nearest neighbour. */
  readonly resize?: ResizeMode;
}

/** A network to choose by name. */
export interface PresetDefinition {
  readonly name: string;
  /** For people. */
  readonly title: string;
  readonly description: string;
  /** Its size is chosen by the images; other presets get {@link exampleInput} unless a size is asked for. */
  readonly adaptive: boolean;
  /** The size it was made for, or is described with. */
  readonly exampleInput: FeatureShape;
  /** The sizes it works at: all, the example's only, or sides that this number divides. */
  readonly sides: 'any' | 'example' | number;
  /** Numbers of channels it works with. */
  readonly channels: 'any' | 'example';
  /** Which options it leaves open. */
  readonly options: readonly (keyof PresetOptions)[];
  /** May trust that the input and the options are what it takes. */
  readonly build: (input: FeatureShape, options: PresetOptions) => NetworkSpec;
}

export interface Preset extends Omit<PresetDefinition, 'build'> {
  /** @throws UserError `model-invalid` when it cannot work at this size, `settings-invalid` for an option it has not */
  build(input: FeatureShape, options?: PresetOptions): NetworkSpec;
}

export function definePreset(definition: PresetDefinition): Preset {
  return {
    ...definition,
    build(input, options = {}) {
      checkInput(definition, input);
      checkOptions(definition, options);
      return definition.build(input, options);
    },
  };
}

function checkInput(preset: PresetDefinition, input: FeatureShape): void {
  const { exampleInput: example, sides, channels } = preset;
  const fitsSides =
    sides === 'any' ||
    (sides === 'example'
      ? input[1] === example[1] && input[2] === example[2]
      : (input[1] % sides) + (input[2] % sides) === 0);
  const fitsChannels = channels === 'any' || input[0] === example[0];
  if (fitsSides && fitsChannels) return;
  const images =
    channels === 'any' ? l10n.t('images') : example[0] === 1 ? l10n.t('grey images') : l10n.t('colour images');
  const size = `${String(example[2])}×${String(example[1])}`;
  const wanted =
    sides === 'any'
      ? images
      : sides === 'example'
        ? l10n.t('{0} of {1} pixels', images, size)
        : l10n.t('{0} whose sides are multiples of {1}', images, sides);
  const side = example[1];
  const colours = example[0] === 1 ? 'gray' : 'rgb';
  const choice = fitsSides
    ? l10n.t('the colours {0}', colours)
    : fitsChannels
      ? l10n.t('the image size {0}', side)
      : l10n.t('the image size {0} and the colours {1}', side, colours);
  throw new UserError(
    'model-invalid',
    l10n.t(
      'The preset {0} works only with {1}, and got {2} (channels×height×width). Choose {3}, or the preset convolutional, which fits every size.',
      preset.name,
      wanted,
      input.join('×'),
      choice,
    ),
  );
}

const refusals: { readonly [K in keyof Required<PresetOptions>]: (preset: string) => string } = {
  latent: (preset) =>
    l10n.t(
      'The preset {0} has a latent vector of fixed length: leave out latent, or choose a preset that takes it.',
      preset,
    ),
  resize: (preset) =>
    l10n.t(
      'The preset {0} has a fixed way to enlarge its maps: leave out resize, or choose a preset that takes it.',
      preset,
    ),
};

function checkOptions(preset: PresetDefinition, options: PresetOptions): void {
  for (const option of ['latent', 'resize'] as const) {
    if (options[option] === undefined || preset.options.includes(option)) continue;
    throw new UserError('settings-invalid', refusals[option](preset.name));
  }
}
