import * as vscode from 'vscode';
import type { RunMode } from '../../shared/contracts';
import type { OptionsMode } from '../../shared/scan-options';
import type { ScanRequest, ScanSettings } from '../../shared/settings';
import { chooseSources } from '../choose-arrays';
import { choosePlace } from '../choose-source';
import type { Services } from '../services';
import { readSettings } from '../settings';
import { folderBeside } from '../source-files';

/** Just starts, with the settings that are there. Resolves to the run folder. */
export async function scan(services: Services, clicked: unknown): Promise<string | undefined> {
  const sources = await chooseSources(services, clicked);
  return sources && begin(services, 'scan', { ...sources, settings: settingsFor(sources.source) });
}

/** A page on which a person chooses what this scan is made of. */
export const scanWithOptions = openOptions('scan');

/** The same for a model that is trained without scoring. */
export const train = openOptions('train');

function openOptions(mode: OptionsMode) {
  return async ({ options }: Services, clicked: unknown): Promise<void> => {
    const source = await choosePlace(clicked);
    if (source === undefined) return;
    settingsFor(source); // a wrong setting is told before a page opens
    options.show({ mode, source });
  };
}

/** The settings that hold where the source lies. */
export function settingsFor(source: string): ScanSettings {
  return readSettings(vscode.Uri.file(folderBeside(source)));
}

/** Opens the panel at once, then starts. A source that is being scanned is shown, and the person told. */
export async function begin(
  { panels, runs }: Pick<Services, 'panels' | 'runs'>,
  mode: RunMode,
  request: Omit<ScanRequest, 'withSource'> & Partial<Pick<ScanRequest, 'withSource'>>,
): Promise<string> {
  panels.show(request.source, runs.find(request.source)?.runFolder);
  return runs.start({ withSource: 'auto', ...request }, mode);
}
