/** The editor's settings as the engine wants them. */
import * as v from 'valibot';
import * as vscode from 'vscode';
import { UserError } from '../shared/errors';
import { defaultSettings, scanSettingsSchema, type ScanSettings } from '../shared/settings';

export const configurationSection = 'anomalyReview';

/** Which setting holds which field; a setting that is null (or empty) leaves the field to the engine. */
export const settingKeys = {
  preset: 'preset',
  imageSize: 'imageSize',
  color: 'color',
  epochs: 'epochs',
  minutes: 'minutes',
  batchSize: 'batchSize',
  learningRate: 'learningRate',
  trimFraction: 'trimFraction',
  seed: 'seed',
  'threshold.method': 'threshold.method',
  'threshold.parameter': 'threshold.parameter',
  unreadable: 'unreadable',
  backend: 'engine.backend',
  device: 'engine.device',
  threads: 'engine.threads',
} as const;

/** Reads the settings that hold for `scope`. Throws a `UserError('settings-invalid')` that names the setting. */
export function readSettings(scope: vscode.Uri | undefined): ScanSettings {
  const configuration = vscode.workspace.getConfiguration(configurationSection, scope);
  const wished: Record<string, unknown> = { ...defaultSettings };
  const threshold: Record<string, unknown> = { ...defaultSettings.threshold };
  for (const [field, key] of Object.entries(settingKeys)) {
    const value = configuration.get<unknown>(key);
    if (value === undefined || value === null || value === '') continue;
    const [first = field, second] = field.split('.');
    if (second === undefined) wished[first] = value;
    else threshold[second] = value;
  }
  const parsed = v.safeParse(scanSettingsSchema, { ...wished, threshold });
  if (parsed.success) return parsed.output;
  const issue = parsed.issues[0];
  const field = v.getDotPath(issue) ?? '';
  const key = Object.entries(settingKeys).find(([name]) => name === field)?.[1] ?? field;
  throw new UserError(
    'settings-invalid',
    vscode.l10n.t('The setting “{key}” is {value}, but it must be {expected}. Correct it in the settings.', {
      key: `${configurationSection}.${key}`,
      value: issue.received,
      expected: issue.expected ?? issue.message,
    }),
  );
}
