/** From what was typed to a {@link ScanRequest}. Wrong values are refused before anything starts, naming the option. */
import { resolve } from 'node:path';
import * as v from 'valibot';
import { UserError } from '../shared/errors';
import { toCamelCase } from '../shared/letter-case';
import { defaultSettings, scanSettingsSchema } from '../shared/settings';
import type { ScanRequest, ScanSettings, ThresholdSetting } from '../shared/settings';
import { scoreColumns } from '../shared/score-names';
import { thresholdNeeds } from '../shared/threshold-methods';
import { readAreas } from './areas';
import { refuseContradictions } from './contradictions';
import { settingOptions } from './setting-options';
import { WrongText } from './setting-options/option';
import type { SettingOption } from './setting-options/option';

/** Options as commander hands them over: by camel-cased name; several texts where an option can be repeated. */
const typedOptionsSchema = v.record(v.string(), v.union([v.string(), v.boolean(), v.array(v.string())]));
export type TypedOptions = v.InferOutput<typeof typedOptionsSchema>;

export function typedOptions(options: unknown): TypedOptions {
  return v.parse(typedOptionsSchema, options);
}

/** The text of an option, if it was given. */
export function optionText(options: TypedOptions, name: string): string | undefined {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
}

/** The texts of an option that can be repeated, in their order. */
export function optionTexts(options: TypedOptions, name: string): readonly string[] {
  const value = options[name];
  return Array.isArray(value) ? value : typeof value === 'string' ? [value] : [];
}

/** Where `--out` puts a picture. Throws `settings-invalid` for an empty name, or none. */
export function pictureFile(options: TypedOptions): string {
  const out = optionText(options, 'out') ?? '';
  if (out !== '') return resolve(out);
  throw new UserError('settings-invalid', '--out needs the name of a PNG file, such as --out preview.png.');
}

/**
 * The settings that `options` make of `base`. Throws `settings-invalid` naming the first option with a wrong value and
 * what it takes.
 */
export function readSettings(options: TypedOptions, base: ScanSettings = defaultSettings): ScanSettings {
  const wished: Record<string, unknown> = { ...base };
  for (const option of settingOptions) {
    const text = settingText(options, option);
    if (text === undefined) continue;
    const value = readValue(option, text);
    if (value === undefined) Reflect.deleteProperty(wished, option.key);
    else wished[option.key] = value;
  }
  const areas = readAreas(options);
  if (areas) wished['areas'] = areas;
  const result = v.safeParse(scanSettingsSchema, wished);
  if (!result.success) throw wrongSetting(result.issues[0], options);
  refuseContradictions(Object.keys(options), result.output);
  return withKnownScore(result.output);
}

function settingText(options: TypedOptions, { name }: SettingOption): string | undefined {
  const text = optionText(options, toCamelCase(name));
  return name === 'validation' && text !== undefined && isSource(text) ? undefined : text;
}

function readValue(option: SettingOption, text: string): unknown {
  try {
    return option.read(text);
  } catch (error) {
    throw error instanceof WrongText ? wrongValue(option, text) : error;
  }
}

function wrongSetting(issue: v.BaseIssue<unknown>, options: TypedOptions): UserError {
  const key = issue.path?.[0]?.key;
  const option = settingOptions.find((candidate) => candidate.key === key);
  if (!option) return new UserError('settings-invalid', `The settings are wrong: ${issue.message}.`);
  return wrongValue(option, settingText(options, option) ?? '');
}

function withKnownScore(settings: ScanSettings): ScanSettings {
  const names = ['auto', ...scoreColumns];
  if (names.includes(settings.score)) return settings;
  throw new UserError('settings-invalid', `--score needs one of ${names.join(', ')}, not ${quote(settings.score)}.`);
}

/** The whole request of `scan` and `train`; paths become absolute. Throws `settings-invalid`. */
export function readRequest(source: string, options: TypedOptions): ScanRequest {
  const also = optionTexts(options, 'also');
  const validation = optionText(options, 'validation');
  const request: ScanRequest = {
    source: absoluteSource(source),
    withSource: readWithSource(options),
    ...placed('trainOn', options, absoluteSource),
    ...placed('knownAnomalies', options, absoluteSource),
    ...(also.length > 0 && { scoreAlso: also.map((location) => absoluteSource(location, '--also')) }),
    ...(validation !== undefined && isSource(validation) && { validation: absoluteSource(validation) }),
    ...placed('labels', options, absoluteLabels),
    ...placed('out', options, (folder) => resolve(folder)),
    settings: readSettings(options),
  };
  return request;
}

type Place = 'trainOn' | 'knownAnomalies' | 'labels' | 'out';

function placed(
  name: Place,
  options: TypedOptions,
  absolute: (text: string) => string,
): Partial<Record<Place, string>> {
  const text = optionText(options, name);
  const found: Partial<Record<Place, string>> = {};
  if (text !== undefined) found[name] = absolute(text);
  return found;
}

/** Throws `settings-invalid` when the request lacks what its choices need. */
export function refuseIncomplete(request: ScanRequest): void {
  const { settings, trainOn, withSource, knownAnomalies, validation, labels } = request;
  const { method } = settings.threshold;
  if (thresholdNeeds(method) === 'known' && knownAnomalies === undefined) {
    throw new UserError(
      'settings-invalid',
      `--threshold ${method} needs --known-anomalies SRC: the images it is taken from.`,
    );
  }
  if (thresholdNeeds(method) === 'normals' && trainOn === undefined && validation === undefined) {
    throw new UserError(
      'settings-invalid',
      `--threshold ${method} needs images that are known to be usual and are not the scored ones: --train-on SRC or --validation SRC.`,
    );
  }
  refuseUnlabelled(settings.threshold, labels);
  if (withSource === 'no' && trainOn === undefined) {
    throw new UserError(
      'settings-invalid',
      '--with-source no leaves nothing to train on: name other images with --train-on SRC.',
    );
  }
}

/** Throws `settings-invalid` when the threshold is chosen by labels and there are none. */
export function refuseUnlabelled({ method }: ThresholdSetting, labels: string | undefined): void {
  if (labels !== undefined || thresholdNeeds(method) !== 'labels') return;
  throw new UserError('settings-invalid', `--threshold ${method} needs --labels FILE to choose by.`);
}

/** A source may carry an array's name after `#`, which is no part of the path but does not hurt there. */
export function absoluteSource(source: string, what = 'The source'): string {
  if (source.trim() === '') {
    throw new UserError('settings-invalid', `${what} is empty: name a folder, an .npy or .npz file, or a list.`);
  }
  return resolve(source);
}

/** `layout` stands for itself; a file of that name is written `./layout`. */
export function absoluteLabels(labels: string): string {
  if (labels.trim() === '') {
    throw new UserError('settings-invalid', '--labels is empty: name a label file, or write layout for folder names.');
  }
  return labels === 'layout' ? labels : resolve(labels);
}

/** `--validation` takes a share or a source; a folder whose name is a number is written `./0.2`. */
function isSource(text: string): boolean {
  return text.trim() !== '' && Number.isNaN(Number(text));
}

function readWithSource(options: TypedOptions): ScanRequest['withSource'] {
  const choices = ['auto', 'yes', 'no'] as const;
  const text = optionText(options, 'withSource') ?? 'auto';
  const choice = choices.find((candidate) => candidate === text);
  if (choice !== undefined) return choice;
  throw new UserError('settings-invalid', `--with-source needs one of ${choices.join(', ')}, not ${quote(text)}.`);
}

function wrongValue(option: SettingOption, text: string): UserError {
  return new UserError('settings-invalid', `--${option.name} needs ${option.expects}, not ${quote(text)}.`);
}

function quote(text: string): string {
  return `“${text}”`;
}
