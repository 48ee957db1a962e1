/** Which network a run gets: a specification from a file, or a preset at the images' size. */
import * as l10n from '@vscode/l10n';
import { readFile, stat } from 'node:fs/promises';
import type { ModelDescription } from '../../shared/contracts';
import { UserError } from '../../shared/errors';
import type { ScanSettings } from '../../shared/settings';
import { mostSpecBytes, parseNetworkSpec, tooLarge } from '../model/parse';
import { choosePreset, type PresetOptions, presets } from '../model/presets/index';
import { checkNetwork } from '../model/shapes';
import type { FeatureShape, NetworkSpec } from '../model/spec';
import { systemCode } from '../runs/atomic';

export interface ChosenNetwork {
  readonly spec: NetworkSpec;
  /** The preset's name, or the file's. */
  readonly name: string;
}

/**
 * The input that the chosen network insists on; undefined when the images decide.
 * @throws UserError `model-invalid` or `settings-invalid`, before any image is read
 */
export async function insistedInput(settings: ScanSettings): Promise<FeatureShape | undefined> {
  if (settings.modelFile !== undefined) {
    refusePresetOptions(settings);
    const { input } = await readSpec(settings.modelFile);
    return [input.channels, input.height, input.width];
  }
  const preset = choosePreset(settings.preset);
  if (preset.adaptive) return undefined;
  const [channels, height, width] = preset.exampleInput;
  const { color, imageSize } = settings;
  const input = [
    color === 'auto' ? channels : color === 'gray' ? 1 : 3,
    imageSize ?? height,
    imageSize ?? width,
  ] as const;
  checkNetwork(preset.build(input, presetOptions(settings)));
  return input;
}

export async function chooseNetwork(settings: ScanSettings, input: FeatureShape): Promise<ChosenNetwork> {
  if (settings.modelFile !== undefined) return { spec: await readSpec(settings.modelFile), name: settings.modelFile };
  const preset = choosePreset(settings.preset);
  return { spec: preset.build(input, presetOptions(settings)), name: preset.name };
}

function presetOptions({ latent, resize }: ScanSettings): PresetOptions {
  return { ...(latent !== undefined && { latent }), ...(resize !== undefined && { resize }) };
}

function refusePresetOptions({ latent, resize, modelFile }: ScanSettings): void {
  if (latent === undefined && resize === undefined) return;
  const options = [...(latent === undefined ? [] : ['latent']), ...(resize === undefined ? [] : ['resize'])];
  throw new UserError(
    'settings-invalid',
    l10n.t(
      'Of a network from a file everything is said there: leave out {0}, and change {1} instead.',
      options.join(', '),
      modelFile ?? 'the file',
    ),
  );
}

export function describeModels(): ModelDescription[] {
  return presets.map((preset) => {
    const plan = checkNetwork(preset.build(preset.exampleInput));
    return {
      name: preset.name,
      title: preset.title,
      description: preset.description,
      inputShape: preset.exampleInput,
      adaptive: preset.adaptive,
      latent: plan.latentSize,
      parameters: plan.parameterCount,
    };
  });
}

async function readSpec(file: string): Promise<NetworkSpec> {
  const text = await readText(file).catch((error: unknown) => {
    if (error instanceof UserError) throw error;
    const code = systemCode(error);
    const isMissing = code === 'ENOENT' || code === 'ENOTDIR';
    throw new UserError(
      'model-invalid',
      isMissing
        ? l10n.t('The network specification “{0}” does not exist. Check the path.', file)
        : l10n.t('The network specification “{0}” cannot be read ({1}).', file, code ?? String(error)),
      { cause: error },
    );
  });
  const spec = parseNetworkSpec(text, file);
  checkNetwork(spec);
  return spec;
}

async function readText(file: string): Promise<string> {
  const found = await stat(file);
  if (!found.isFile())
    throw new UserError('model-invalid', l10n.t('The network specification {0} is not a file.', file));
  if (found.size > mostSpecBytes) throw tooLarge(file);
  return readFile(file, 'utf8');
}
