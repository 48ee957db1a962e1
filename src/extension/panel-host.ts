/** What the page of a panel may ask of the editor. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Comparison, PanelComparison, PanelHostApi } from '../shared/contracts';
import { UserError } from '../shared/errors';
import { formatCount } from '../shared/format';
import { flaggedIndexes } from '../shared/flags';
import { judge } from '../shared/judgement';
import { refuseLineBreaks } from '../shared/path-list';
import { requestAnew } from '../shared/request-anew';
import type { RunSnapshot } from '../shared/run';
import type { Area, ScanRequest } from '../shared/settings';
import { saveExport, saveLatentPicture } from './export';
import { displayLocale } from './language';
import { moveFlagged } from './move-flagged';
import { revealFile } from './reveal';
import type { ReviewPanel } from './review-panel';
import type { ScanRuns } from './scan-runs';
import type { PanelServices } from './services';
import { imageFile } from './source-files';

export function createPanelHost(panel: ReviewPanel, services: PanelServices): PanelHostApi {
  const { engine, runs } = services;
  let thumbnailRequest = 0;

  return {
    ready: () => panel.firstState(),

    saveReview: (runFolder, review, history, before) => panel.saveReview(runFolder, review, history, before),

    async thumbnails(indexes) {
      const { runFolder } = await shown(panel);
      const api = await engine.api();
      const requestId = nextRequestId();
      const earlier = thumbnailRequest;
      thumbnailRequest = requestId;
      if (earlier > 0) void api.cancelRequest(earlier).catch(() => undefined); // it may be served by now
      try {
        const made = await api.thumbnails(runFolder, indexes, requestId);
        return made.map((thumbnail) =>
          'file' in thumbnail
            ? { index: thumbnail.index, uri: uriInRun(panel, runFolder, 'thumbnails', thumbnail.file) }
            : thumbnail,
        );
      } finally {
        if (thumbnailRequest === requestId) thumbnailRequest = 0;
      }
    },

    async compare(index) {
      const { runFolder } = await shown(panel);
      const comparison = await (await engine.api()).compare(runFolder, index);
      return withUris(comparison, (file) => uriInRun(panel, runFolder, 'compare', file));
    },

    async nearest(index) {
      const { runFolder } = await shown(panel);
      return await (await engine.api()).nearest(runFolder, index);
    },

    async teach(decisions) {
      const { runFolder } = await shown(panel);
      return (await (await engine.api()).teach(runFolder, decisions)).slice();
    },

    async groups(indexes) {
      const { runFolder } = await shown(panel);
      return await (await engine.api()).groups(runFolder, indexes);
    },

    async imageMap(method) {
      const { runFolder } = await shown(panel);
      const { done, indexes, places } = await (await engine.api()).imageMap(runFolder, method);
      return { done, indexes: indexes.slice(), places: places.slice() };
    },

    async epochScores(epoch) {
      const { runFolder } = await shown(panel);
      // A view on the whole message it came in would take that along to the page.
      return (await (await engine.api()).epochScores(runFolder, epoch)).slice();
    },

    async latentEdit(index, edits) {
      const { runFolder } = await shown(panel);
      return await (await engine.api()).latentEdit(runFolder, index, edits);
    },

    async saveLatentPicture(index, edits) {
      await saveLatentPicture(await shown(panel), index, edits, services);
    },

    async exportRun(format) {
      await saveExport(await shown(panel), format, services);
    },

    async copyFlaggedPaths() {
      await copyFlaggedPaths(await shown(panel));
    },

    async moveFlagged() {
      await moveFlagged(await shown(panel), services);
    },

    async reveal(index) {
      const file = await imageFile(await shown(panel), index, engine);
      await revealFile(file);
    },

    async openImage(index, beside = false) {
      const file = await imageFile(await shown(panel), index, engine);
      const viewColumn = beside ? vscode.ViewColumn.Beside : vscode.ViewColumn.Active;
      await vscode.commands.executeCommand('vscode.open', file, { preview: true, viewColumn });
    },

    async copyPaths(indexes) {
      const snapshot = await shown(panel);
      const files = await Promise.all(indexes.map((index) => imageFile(snapshot, index, engine)));
      const paths = files.map(({ fsPath }) => fsPath);
      // A single path is whole whatever its name.
      if (paths.length > 1) refuseLineBreaks(paths);
      await vscode.env.clipboard.writeText(paths.join('\n'));
    },

    async stop(how) {
      if (panel.source !== undefined) await runs.stop(panel.source, how);
    },

    async resume() {
      const { runFolder, record } = await shown(panel);
      panel.setNotice(undefined);
      await runs.resume(record.request.source, runFolder);
    },

    async meanPictures() {
      const snapshot = await shown(panel);
      return await (await engine.api()).meanPictures(snapshot.runFolder, flaggedOf(snapshot));
    },

    async areaOffer() {
      const snapshot = await shown(panel);
      return await (await engine.api()).areaOffer(snapshot.runFolder, flaggedOf(snapshot));
    },

    async rescore(areas) {
      const { runFolder, record } = await shown(panel);
      // What a trained run's model makes of other images is not in their run: they are scored again.
      if (record.request.model !== undefined) await startAnew(runs, record.request, areas);
      else await runs.rescore(record.request.source, runFolder, areas);
    },

    async rescan(areas) {
      const { record } = await shown(panel);
      await startAnew(runs, record.request, areas);
    },
  };
}

/** The same request once more, with other areas when these are given. */
async function startAnew(runs: ScanRuns, former: ScanRequest, areas: readonly Area[] | undefined): Promise<void> {
  const { settings } = former;
  const request = requestAnew({ ...former, ...(areas && { settings: { ...settings, areas: [...areas] } }) });
  await runs.start(request, request.model === undefined ? 'scan' : 'score');
}

/** Puts the flagged paths on the clipboard, one a line, and says how many. Throws what {@link refuseLineBreaks} does. */
export async function copyFlaggedPaths(snapshot: RunSnapshot): Promise<void> {
  const paths = flaggedOf(snapshot).flatMap((index) => snapshot.paths[index] ?? []);
  refuseLineBreaks(paths);
  await vscode.env.clipboard.writeText(paths.map((path) => `${path}\n`).join(''));
  void vscode.window.showInformationMessage(
    paths.length === 1
      ? l10n.t('Copied the path of 1 flagged image.')
      : l10n.t('Copied the paths of {count} flagged images.', { count: formatCount(paths.length, displayLocale()) }),
  );
}

function flaggedOf(snapshot: RunSnapshot): number[] {
  return flaggedIndexes(judge(snapshot)?.flags ?? new Uint8Array());
}

async function shown(panel: ReviewPanel): Promise<RunSnapshot> {
  const snapshot = await panel.snapshot();
  if (snapshot) return snapshot;
  throw new UserError('run-missing', l10n.t('There is no run to show yet. Wait until images are found.'));
}

function uriInRun(panel: ReviewPanel, runFolder: string, folder: string, file: string): string {
  return panel.webview.asWebviewUri(vscode.Uri.joinPath(vscode.Uri.file(runFolder), folder, file)).toString();
}

function withUris(comparison: Comparison, uri: (file: string) => string): PanelComparison {
  const { original, seen, reconstruction, errorMap, ownErrorMap, ...rest } = comparison;
  return {
    ...rest,
    original: uri(original),
    seen: uri(seen),
    ...(reconstruction !== undefined && { reconstruction: uri(reconstruction) }),
    ...(errorMap !== undefined && { errorMap: uri(errorMap) }),
    ...(ownErrorMap !== undefined && { ownErrorMap: uri(ownErrorMap) }),
  };
}

let lastRequestId = 0;
function nextRequestId(): number {
  lastRequestId += 1;
  return lastRequestId;
}
