import * as vscode from 'vscode';
import type { RunMode } from '../../shared/contracts';
import type { ScanRequest, ScanSettings } from '../../shared/settings';
import { chooseSource } from '../choose-source';
import type { Services } from '../services';
import { readSettings } from '../settings';
import { folderBeside } from '../source-files';
import { askForOptions } from './scan-options';

/** Just starts, with the settings that are there. Resolves to the run folder. */
export async function scan(services: Services, clicked: unknown): Promise<string | undefined> {
  const source = await chooseSource(clicked);
  return source === undefined ? undefined : begin(services, 'scan', { source, settings: settingsFor(source) });
}

/** Lets a person change this scan's settings first. */
export async function scanWithOptions(services: Services, clicked: unknown): Promise<string | undefined> {
  return beginWithOptions(services, 'scan', clicked);
}

/** Trains a model without scoring, with a choice of what is trained. */
export async function train(services: Services, clicked: unknown): Promise<string | undefined> {
  return beginWithOptions(services, 'train', clicked);
}

async function beginWithOptions(services: Services, mode: RunMode, clicked: unknown): Promise<string | undefined> {
  const source = await chooseSource(clicked);
  if (source === undefined) return undefined;
  const settings = await askForOptions(services, mode, settingsFor(source));
  return settings && begin(services, mode, { source, settings });
}

/** The settings that hold where the source lies. */
export function settingsFor(source: string): ScanSettings {
  return readSettings(vscode.Uri.file(folderBeside(source)));
}

/** Opens the panel at once, then starts. A source that is being scanned is shown, and the person told. */
export async function begin(
  { panels, runs }: Services,
  mode: RunMode,
  request: Omit<ScanRequest, 'withSource'>,
): Promise<string> {
  panels.show(request.source, runs.find(request.source)?.runFolder);
  return runs.start({ withSource: 'auto', ...request }, mode);
}
