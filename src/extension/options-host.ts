/** What the page of *Scan with Options…* may ask of the editor. */
import * as l10n from '@vscode/l10n';
import * as v from 'valibot';
import * as vscode from 'vscode';
import { commandLineText, shellKind } from '../shared/command-line-text';
import type { RunRecord } from '../shared/run';
import type { OptionsHostApi, OptionsPageState, PlaceKind } from '../shared/scan-options';
import { scanRequestSchema, type ScanRequest, type ScanSettings } from '../shared/settings';
import { begin, settingsFor } from './commands/scan';
import type { ScanMeasure } from './scan-measure';
import type { Services } from './services';
import { folderBeside, sourceFileExtensions } from './source-files';

/** As many as fit under the form without scrolling far. */
const previewSamples = 12;

/** The host of one page, which measures for it alone. `onStarted` is called when its scan has begun. */
export function createOptionsHost(
  { mode, source }: OptionsPageState,
  services: Services,
  measure: ScanMeasure,
  onStarted: () => void,
): OptionsHostApi {
  const { engine, runs } = services;
  return {
    async ready() {
      const api = await engine.api();
      const models = await api.models();
      const areas = lastAreas(await api.listRuns(source));
      const defaults = { ...settingsFor(source), ...(areas && { areas }) };
      return { mode, source, defaults, models };
    },

    async inspect(location) {
      return (await engine.api()).inspectSource(location);
    },

    browse,

    async preview(request) {
      return (await engine.api()).previewTraining(checked(request), previewSamples);
    },

    async estimate(request) {
      const besideOthers = runs.all.length > 0;
      return { ...(await measure.estimate(checked(request))), besideOthers };
    },

    cancelEstimate() {
      measure.cancel();
      return Promise.resolve();
    },

    async copyCommand(request) {
      const command = commandLineText(checked(request), mode, shellKind(process.platform, vscode.env.shell));
      await vscode.env.clipboard.writeText(command);
      return command;
    },

    async start(request) {
      const runFolder = await begin(services, mode, checked(request));
      onStarted();
      return runFolder;
    },
  };
}

/** The areas that the newest run of a source was scored with: they hold for the next as well, until they are removed. */
function lastAreas(runs: readonly { readonly record: RunRecord }[]): ScanSettings['areas'] {
  const [newest] = runs.map(({ record }) => record).sort((one, other) => other.createdAt.localeCompare(one.createdAt));
  return newest?.request.settings.areas;
}

async function browse(kind: PlaceKind, near: string): Promise<string | undefined> {
  const folder = kind === 'folder';
  const chosen = await vscode.window.showOpenDialog({
    canSelectFiles: !folder,
    canSelectFolders: folder,
    ...(near !== '' && { defaultUri: vscode.Uri.file(folderBeside(near)) }),
    ...(!folder && { filters: fileFilters(kind) }),
    openLabel: l10n.t('Choose'),
  });
  const place = chosen?.[0]?.fsPath;
  return place !== undefined && place.length > 1 ? place.replace(/[\\/]+$/, '') : place;
}

function fileFilters(kind: Exclude<PlaceKind, 'folder'>): Record<string, string[]> {
  const all = { [l10n.t('All files')]: ['*'] };
  switch (kind) {
    case 'images-file':
      return { [l10n.t('Arrays and lists')]: [...sourceFileExtensions], ...all };
    case 'labels-file':
      return { [l10n.t('Labels')]: ['txt', 'csv'], ...all };
    case 'model-file':
      return { [l10n.t('Network specifications')]: ['json'], ...all };
    case 'backbone-file':
      return { [l10n.t('ONNX networks')]: ['onnx'], ...all };
  }
}

/** The page is ours, but what it sends is parsed like anything that crosses a border. */
function checked(request: ScanRequest): ScanRequest {
  return v.parse(scanRequestSchema, request);
}
