import * as vscode from 'vscode';
import type { RunMode } from '../../shared/contracts';
import type { OptionsMode } from '../../shared/scan-options';
import type { ScanRequest, ScanSettings } from '../../shared/settings';
import { chooseSources } from '../choose-arrays';
import { sourceName } from '../../shared/source-location';
import { askHowToStart } from '../scan-queue';
import { choosePlace } from '../choose-source';
import type { Services } from '../services';
import { readSettings } from '../settings';
import { folderBeside } from '../source-files';

/**
 * Just starts, with the settings that are there; several that were selected go one after the other. Resolves to the run
 * folder of the first, or undefined when it has to wait.
 */
export async function scan(services: Services, clicked: unknown, selected?: unknown): Promise<string | undefined> {
  const places: readonly unknown[] = Array.isArray(selected) && selected.length > 1 ? selected : [clicked];
  const requests: ScanRequest[] = [];
  for (const place of places) {
    const sources = await chooseSources(services, place);
    if (!sources) return undefined;
    requests.push({ withSource: 'auto', ...sources, settings: settingsFor(sources.source) });
  }
  const [first, ...others] = requests;
  if (!first) return undefined;
  const how = await howToStart(services, first);
  if (how === undefined) return undefined;
  const waiting = (how === 'after' ? requests : others).map((request) => ({ mode: 'scan' as const, request }));
  const runFolder = how === 'now' ? await begin(services, 'scan', first) : undefined;
  if (waiting.length > 0) await services.queue.add(waiting);
  return runFolder;
}

/** While another folder is scanned, a person says when this one is. */
async function howToStart({ runs }: Services, { source }: ScanRequest): Promise<'now' | 'after' | undefined> {
  const running = runs.all.find((run) => run.source !== source);
  if (!running || runs.find(source)) return 'now';
  return askHowToStart(running.name, sourceName(source));
}

/** What waits is not scanned; what runs goes on. */
export function clearQueue({ queue }: Services): void {
  queue.clear();
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
