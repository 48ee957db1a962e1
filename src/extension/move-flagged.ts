/** Moves the files of flagged images to a folder that a person chooses, and back. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { UserError } from '../shared/errors';
import { formatCount } from '../shared/format';
import { judge } from '../shared/judgement';
import { leftText, type LeftFile, type MoveReport } from '../shared/moves';
import type { RunSnapshot } from '../shared/run';
import { displayLocale } from './language';
import { reportError } from './report-error';
import { canReveal, revealFile } from './reveal';
import type { PanelServices } from './services';
import { folderBeside } from './source-files';

/** Resolves when they are moved, or when the person changed their mind. */
export async function moveFlagged(run: RunSnapshot, services: PanelServices): Promise<void> {
  const flagged = judge(run)?.flagged ?? 0;
  if (flagged === 0) {
    void vscode.window.showInformationMessage(l10n.t('No image is flagged, so there is nothing to move.'));
    return;
  }
  const folder = await chooseFolder(run);
  if (folder === undefined || !(await confirm(flagged, folder))) return;
  const report = await withProgress(services, l10n.t('Moving flagged files…'), async (requestId) =>
    (await services.engine.api()).quarantine(run.runFolder, folder, false, requestId),
  );
  if (report.journal !== undefined) services.memory.addMove(report.journal);
  void tellMoved(report, services);
}

/** Undoes what was moved last in this workspace, also before the editor was started. */
export async function undoLastMove(services: PanelServices): Promise<void> {
  const journal = services.memory.lastMove;
  if (journal === undefined) {
    void vscode.window.showInformationMessage(
      l10n.t('No move of flagged files is known in this workspace, or all of them were undone.'),
    );
    return;
  }
  await bringBack(journal, services);
}

/** Resolves to whether all are back; what is left is told with its reasons. */
export async function bringBack(journal: string, services: PanelServices): Promise<boolean> {
  const { restored, left } = await withProgress(services, l10n.t('Moving files back…'), async () =>
    (await services.engine.api()).undoMoves(journal),
  );
  // What was left may be put right and tried again.
  if (left.length === 0) services.memory.removeMove(journal);
  const moved =
    restored === 1
      ? l10n.t('Moved 1 file back to where it was.')
      : l10n.t('Moved {0} files back to where they were.', formatCount(restored, displayLocale()));
  void tell(withLeft(moved, left), left, [], services);
  return left.length === 0;
}

async function chooseFolder(run: RunSnapshot): Promise<string | undefined> {
  const [folder] =
    (await vscode.window.showOpenDialog({
      canSelectFiles: false,
      canSelectFolders: true,
      canSelectMany: false,
      defaultUri: vscode.Uri.file(folderBeside(run.record.request.source)),
      title: l10n.t('Move Flagged Files to a Folder'),
      openLabel: l10n.t('Move Here'),
    })) ?? [];
  if (!folder || folder.scheme === 'file') return folder?.fsPath;
  throw new UserError(
    'not-supported',
    l10n.t('Files can be moved to folders of this machine only, not to {place}.', { place: folder.toString() }),
  );
}

async function confirm(flagged: number, folder: string): Promise<boolean> {
  const move = l10n.t('Move');
  const question =
    flagged === 1
      ? l10n.t('Move the file of 1 flagged image?')
      : l10n.t('Move the files of {0} flagged images?', formatCount(flagged, displayLocale()));
  const detail = l10n.t(
    'They go to “{0}” and keep their folders below it. Nothing is deleted or replaced, and it can be undone.',
    folder,
  );
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, move)) === move;
}

/** Negative, since the panel's own requests count upwards. */
let lastRequestId = 0;

function withProgress<T>(
  { engine }: PanelServices,
  title: string,
  work: (requestId: number) => Promise<T>,
): Promise<T> {
  const requestId = --lastRequestId;
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return Promise.resolve(
    vscode.window.withProgress(options, async (_progress, token) => {
      token.onCancellationRequested(async () => (await engine.api()).cancelRequest(requestId));
      return work(requestId);
    }),
  );
}

async function tellMoved(report: MoveReport, services: PanelServices): Promise<void> {
  const { moved, movedBefore, left, folder, journal } = report;
  const locale = displayLocale();
  const texts = [
    moved === 1 ? l10n.t('Moved 1 file.') : l10n.t('Moved {0} files.', formatCount(moved, locale)),
    ...(report.cancelled === true ? [l10n.t('It was cancelled; moving again goes on.')] : []),
    ...(movedBefore > 0 ? [l10n.t('Moved before: {0}.', formatCount(movedBefore, locale))] : []),
  ];
  const place = vscode.Uri.file(folder);
  const buttons: Button[] = [];
  if (journal !== undefined) buttons.push({ text: l10n.t('Undo'), act: () => bringBack(journal, services) });
  if (canReveal(place)) buttons.push({ text: l10n.t('Reveal'), act: () => revealFile(place) });
  await tell(withLeft(texts.join(' '), left), left, buttons, services);
}

function withLeft(text: string, left: readonly LeftFile[]): string {
  const [first] = left;
  if (!first) return text;
  return `${text} ${l10n.t('Left in place, {0}: {1}', formatCount(left.length, displayLocale()), `${leftText(first)}${left.length > 1 ? ' …' : ''}`)}`;
}

interface Button {
  readonly text: string;
  readonly act: () => Promise<unknown>;
}

async function tell(
  text: string,
  left: readonly LeftFile[],
  buttons: readonly Button[],
  { log }: PanelServices,
): Promise<void> {
  for (const file of left) log.warn(leftText(file));
  const showLog = l10n.t('Show Log');
  const texts = [...buttons.map((button) => button.text), ...(left.length > 0 ? [showLog] : [])];
  const show = left.length > 0 ? vscode.window.showWarningMessage : vscode.window.showInformationMessage;
  const chosen = await show(text, ...texts);
  if (chosen === showLog) log.show();
  await buttons
    .find((button) => button.text === chosen)
    ?.act()
    .catch((error: unknown) => reportError(error, log));
}
