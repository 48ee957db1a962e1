/** A list of what can be chosen for one scan, with the values in force; picking an entry changes it, the first starts. */
import * as v from 'valibot';
import * as vscode from 'vscode';
import type { ModelDescription, RunMode } from '../../shared/contracts';
import { formatCount } from '../../shared/format';
import { scanSettingsSchema, type ScanSettings } from '../../shared/settings';
import type { Services } from '../services';

interface Option extends vscode.QuickPickItem {
  /** The settings after the person's choice; unchanged when they backed out. Absent: start. */
  readonly change?: () => Promise<ScanSettings>;
}

/** Resolves to the settings to start with, or `undefined` when the person backed out. */
export async function askForOptions(
  { engine }: Services,
  mode: RunMode,
  initial: ScanSettings,
): Promise<ScanSettings | undefined> {
  const models = await (await engine.api()).models();
  let settings = initial;
  for (;;) {
    const start = mode === 'train' ? vscode.l10n.t('Start Training') : vscode.l10n.t('Start Scan');
    const options: Option[] = [{ label: `$(play) ${start}` }, ...optionsOf(settings, models)];
    const chosen = await vscode.window.showQuickPick(options, {
      placeHolder: vscode.l10n.t('Choose what to change, or start'),
    });
    if (!chosen) return undefined;
    if (!chosen.change) return settings;
    settings = await chosen.change();
  }
}

function optionsOf(settings: ScanSettings, models: readonly ModelDescription[]): Option[] {
  const automatic = vscode.l10n.t('automatic');
  const number = (
    field: 'imageSize' | 'epochs' | 'minutes' | 'seed',
    label: string,
    prompt: string,
    icon: string,
  ): Option => ({
    label: `$(${icon}) ${label}`,
    description: settings[field] === undefined ? automatic : String(settings[field]),
    change: () => askForNumber(settings, field, label, prompt),
  });
  return [
    {
      label: `$(circuit-board) ${vscode.l10n.t('Network')}`,
      description: models.find(({ name }) => name === settings.preset)?.title ?? automatic,
      change: () => askForNetwork(settings, models),
    },
    number(
      'imageSize',
      vscode.l10n.t('Image size'),
      vscode.l10n.t('Side length in pixels of what the network sees, 4 to 512; empty: chosen from the images'),
      'screen-full',
    ),
    number(
      'epochs',
      vscode.l10n.t('Epochs'),
      vscode.l10n.t('At most this many times over all images; empty: chosen from their number'),
      'sync',
    ),
    number(
      'minutes',
      vscode.l10n.t('Minutes'),
      vscode.l10n.t('At most this many minutes of training; empty: no limit'),
      'watch',
    ),
    number('seed', vscode.l10n.t('Seed'), vscode.l10n.t('The same seed gives the same result on this machine'), 'key'),
  ];
}

async function askForNetwork(settings: ScanSettings, models: readonly ModelDescription[]): Promise<ScanSettings> {
  const automatic = {
    name: 'auto',
    label: vscode.l10n.t('Automatic'),
    detail: vscode.l10n.t('Chosen by the size and number of the images.'),
  };
  const presets = models.map(({ name, title, description, parameters }) => ({
    name,
    label: title,
    description: vscode.l10n.t('{count} parameters', { count: formatCount(parameters, vscode.env.language) }),
    detail: description,
  }));
  const chosen = await vscode.window.showQuickPick([automatic, ...presets], {
    placeHolder: vscode.l10n.t('Which network?'),
  });
  return chosen ? { ...settings, preset: chosen.name } : settings;
}

async function askForNumber(
  settings: ScanSettings,
  field: 'imageSize' | 'epochs' | 'minutes' | 'seed',
  title: string,
  prompt: string,
): Promise<ScanSettings> {
  const { [field]: current, ...others } = settings;
  const withText = (text: string) =>
    v.safeParse(
      scanSettingsSchema,
      text.trim() === '' ? { ...others, seed: settings.seed } : { ...settings, [field]: Number(text) },
    );
  const text = await vscode.window.showInputBox({
    title,
    prompt,
    value: current === undefined ? '' : String(current),
    validateInput: (entered) => {
      const parsed = withText(entered);
      if (parsed.success) return undefined;
      const expected = parsed.issues[0].expected ?? parsed.issues[0].message;
      return vscode.l10n.t('This must be {expected}.', { expected });
    },
  });
  if (text === undefined) return settings;
  const parsed = withText(text);
  return parsed.success ? parsed.output : settings;
}
