/** The editor's settings as the engine wants them. */
import * as l10n from '@vscode/l10n';
import path from 'node:path';
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
  latent: 'latent',
  resize: 'resize',
  backbone: 'backbone',
  epochs: 'epochs',
  minutes: 'minutes',
  batchSize: 'batchSize',
  learningRate: 'learningRate',
  loss: 'loss',
  pretext: 'pretext',
  optimizer: 'optimizer',
  weightDecay: 'weightDecay',
  gradientClip: 'gradientClip',
  schedule: 'schedule',
  warmUpEpochs: 'warmUpEpochs',
  patience: 'patience',
  validationFraction: 'validationFraction',
  trimFraction: 'trimFraction',
  augment: 'augment',
  denoise: 'denoise',
  epochScores: 'epochScores',
  keepEpoch: 'keepEpoch',
  seed: 'seed',
  'threshold.method': 'threshold.method',
  'threshold.parameter': 'threshold.parameter',
  unreadable: 'unreadable',
  backend: 'engine.backend',
  device: 'engine.device',
  threads: 'engine.threads',
} as const;

/** Words by which a setting says what the engine does anyway. */
const leftToEngine: Readonly<Record<string, unknown>> = { resize: 'auto', epochScores: 'auto', keepEpoch: 'loss' };

/** Reads the settings that hold for `scope`. Throws a `UserError('settings-invalid')` that names the setting. */
export function readSettings(scope: vscode.Uri | undefined): ScanSettings {
  const configuration = vscode.workspace.getConfiguration(configurationSection, scope);
  const wished: Record<string, unknown> = { ...defaultSettings };
  const threshold: Record<string, unknown> = { ...defaultSettings.threshold };
  for (const [field, key] of Object.entries(settingKeys)) {
    const value = configuration.get<unknown>(key);
    if (isEmpty(value) || value === leftToEngine[field]) continue;
    const [first = field, second] = field.split('.');
    if (field === 'backbone') wished[first] = fromFolder(value, scope);
    else if (second === undefined) wished[first] = value;
    else threshold[second] = value;
  }
  const parsed = v.safeParse(scanSettingsSchema, { ...wished, threshold });
  if (parsed.success) return parsed.output;
  const issue = parsed.issues[0];
  const field = v.getDotPath(issue) ?? '';
  const [first = field] = field.split('.');
  const keys: Readonly<Record<string, string>> = settingKeys;
  const key = keys[field] ?? (keys[first] === undefined ? field : field.replace(first, keys[first]));
  throw new UserError(
    'settings-invalid',
    l10n.t('The setting “{key}” is {value}, but it must be {expected}. Correct it in the settings.', {
      key: `${configurationSection}.${key}`,
      value: issue.received,
      expected: issue.expected ?? issue.message,
    }),
  );
}

/** A path from the workspace folder of `scope` as an absolute one. */
function fromFolder(value: unknown, scope: vscode.Uri | undefined): unknown {
  const folder = scope && vscode.workspace.getWorkspaceFolder(scope);
  return typeof value === 'string' && folder ? path.resolve(folder.uri.fsPath, value) : value;
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
