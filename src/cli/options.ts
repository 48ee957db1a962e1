/** From what was typed to a {@link ScanRequest}. Wrong values are refused before anything starts, naming the option. */
import { resolve } from 'node:path';
import * as v from 'valibot';
import { UserError } from '../shared/errors';
import { defaultSettings, scanSettingsSchema } from '../shared/settings';
import type { ScanRequest, ScanSettings } from '../shared/settings';
import { scoreColumns } from '../shared/score-names';
import { parseThreshold } from '../shared/threshold-methods';
import { settingOptions, unavailableOptions } from './option-table';
import type { SettingOption } from './option-table';

/** Options as commander hands them over: by camel-cased name, a string or, for switches, `true`. */
const typedOptionsSchema = v.record(v.string(), v.union([v.string(), v.boolean()]));
export type TypedOptions = v.InferOutput<typeof typedOptionsSchema>;

export function typedOptions(options: unknown): TypedOptions {
  return v.parse(typedOptionsSchema, options);
}

/** The text of an option, if it was given. */
export function optionText(options: TypedOptions, name: string): string | undefined {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
}

/**
 * The settings that `options` make of `base`. Throws `settings-invalid` naming the first option with a wrong value and
 * what it takes.
 */
export function readSettings(options: TypedOptions, base: ScanSettings = defaultSettings): ScanSettings {
  for (const { name } of unavailableOptions) {
    const value = optionText(options, name);
    if (value !== undefined && value !== 'none') {
      throw new UserError(
        'settings-invalid',
        `--${name} can only be none in this version, not ${quote(value)}; leave the option out.`,
      );
    }
  }
  const wished: Record<string, unknown> = { ...base };
  for (const option of settingOptions) {
    const text = optionText(options, option.name);
    if (text !== undefined) wished[option.key] = readValue(option, text);
  }
  const result = v.safeParse(scanSettingsSchema, wished);
  if (result.success) return withKnownScore(result.output);
  const key = result.issues[0].path?.[0]?.key;
  const option = settingOptions.find((candidate) => candidate.key === key);
  if (!option) throw new UserError('settings-invalid', `The settings are wrong: ${result.issues[0].message}.`);
  throw wrongValue(option, optionText(options, option.name) ?? '');
}

function withKnownScore(settings: ScanSettings): ScanSettings {
  const names = ['auto', ...scoreColumns];
  if (names.includes(settings.score)) return settings;
  throw new UserError('settings-invalid', `--score needs one of ${names.join(', ')}, not ${quote(settings.score)}.`);
}

/** The whole request of `scan` and `train`; paths become absolute. */
export function readRequest(source: string, options: TypedOptions): ScanRequest {
  const trainOn = optionText(options, 'trainOn');
  const knownAnomalies = optionText(options, 'knownAnomalies');
  const out = optionText(options, 'out');
  const settings = readSettings(options);
  if (settings.threshold.method.startsWith('known-') && knownAnomalies === undefined) {
    throw new UserError(
      'settings-invalid',
      `--threshold ${settings.threshold.method} needs --known-anomalies SRC: the images it is taken from.`,
    );
  }
  return {
    source: absoluteSource(source),
    withSource: readWithSource(options, trainOn),
    ...(trainOn === undefined ? {} : { trainOn: absoluteSource(trainOn) }),
    ...(knownAnomalies === undefined ? {} : { knownAnomalies: absoluteSource(knownAnomalies) }),
    ...(out === undefined ? {} : { out: resolve(out) }),
    settings,
  };
}

/** A source may carry an array's name after `#`, which is no part of the path but does not hurt there. */
export function absoluteSource(source: string): string {
  if (source.trim() === '') {
    throw new UserError('settings-invalid', 'The source is empty: name a folder, an .npy or .npz file, or a list.');
  }
  return resolve(source);
}

function readWithSource(options: TypedOptions, trainOn: string | undefined): ScanRequest['withSource'] {
  const choices = ['auto', 'yes', 'no'] as const;
  const text = optionText(options, 'withSource') ?? 'auto';
  const choice = choices.find((candidate) => candidate === text);
  if (choice === undefined) {
    throw new UserError('settings-invalid', `--with-source needs one of ${choices.join(', ')}, not ${quote(text)}.`);
  }
  if (choice === 'no' && trainOn === undefined) {
    throw new UserError(
      'settings-invalid',
      '--with-source no leaves nothing to train on: name other images with --train-on SRC.',
    );
  }
  return choice;
}

function readValue(option: SettingOption, text: string): unknown {
  switch (option.kind) {
    case 'number':
      return readNumber(option, text);
    case 'fractions':
      return readRegion(option, text);
    case 'threshold':
      return readThreshold(text);
    case 'path':
      return resolve(text);
    case 'text':
      return text;
  }
}

function readNumber(option: SettingOption, text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw wrongValue(option, text);
  return value;
}

function readRegion(option: SettingOption, text: string): [number, number, number, number] {
  const [x0, y0, x1, y1, ...more] = text.split(',').map((part) => readNumber(option, part));
  if (x0 === undefined || y0 === undefined || x1 === undefined || y1 === undefined || more.length > 0) {
    throw wrongValue(option, text);
  }
  if (x0 >= x1 || y0 >= y1) throw wrongValue(option, text);
  return [x0, y0, x1, y1];
}

function readThreshold(text: string): ScanSettings['threshold'] {
  try {
    return parseThreshold(text);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(error.code, `--threshold: ${error.message}`, { cause: error });
  }
}

function wrongValue(option: SettingOption, text: string): UserError {
  return new UserError('settings-invalid', `--${option.name} needs ${option.expects}, not ${quote(text)}.`);
}

function quote(text: string): string {
  return `“${text}”`;
}
