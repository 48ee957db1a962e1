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
  if (fitsSides && (channels === 'any' || input[0] === example[0])) return;
  const color = example[0] === 1 ? 'grey' : 'colour';
  const images = channels === 'any' ? 'images' : `${color} images`;
  const size = `${String(example[2])}×${String(example[1])}`;
  const wanted =
    sides === 'any'
      ? `${images} only`
      : sides === 'example'
        ? `${images} of ${size} pixels only`
        : `${images} whose sides are multiples of ${String(sides)} only`;
  const choice = [
    ...(fitsSides ? [] : [`the image size ${String(example[1])}`]),
    ...(channels === 'any' || input[0] === example[0] ? [] : [`the colours ${example[0] === 1 ? 'gray' : 'rgb'}`]),
  ].join(' and ');
  throw new UserError(
    'model-invalid',
    l10n.t(
      'The preset {0} works with {1}, and got {2} (channels×height×width). Choose {3}, or the preset convolutional, which fits every size.',
      preset.name,
      wanted,
      input.join('×'),
      choice,
    ),
  );
}

const refusals: { readonly [K in keyof Required<PresetOptions>]: string } = {
  latent: 'has a latent vector of fixed length',
  resize: 'has a fixed way to enlarge its maps',
};

function checkOptions(preset: PresetDefinition, options: PresetOptions): void {
  for (const option of ['latent', 'resize'] as const) {
    if (options[option] === undefined || preset.options.includes(option)) continue;
    throw new UserError(
      'settings-invalid',
      l10n.t(
        'The preset {0} {1}: leave out {2}, or choose a preset that takes it.',
        preset.name,
        refusals[option],
        option,
      ),
    );
  }
}
