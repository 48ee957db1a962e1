/** Writes a run's export where the person says, and offers to look at it. */
import * as l10n from '@vscode/l10n';
import { readFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import * as vscode from 'vscode';
import type { ExportedFile, ExportFormat, LatentEdit } from '../shared/contracts';
import { UserError } from '../shared/errors';
import { formatCount } from '../shared/format';
import type { RunSnapshot } from '../shared/run';
import { sourceName } from '../shared/source-location';
import { displayLocale } from './language';
import { canReveal, canRevealInSystem, revealFile } from './reveal';
import type { PanelServices } from './services';
import { folderBeside } from './source-files';

interface ExportKind {
  /** Follows the source's name in the name that is offered. */
  readonly suffix: string;
  readonly extension: string;
  readonly title: () => string;
}

const kinds: Readonly<Record<ExportFormat, ExportKind>> = {
  binary: { suffix: '-flags', extension: 'txt', title: () => l10n.t('0/1 File') },
  csv: { suffix: '-scores', extension: 'csv', title: () => l10n.t('CSV') },
  json: { suffix: '-scores', extension: 'json', title: () => l10n.t('JSON') },
  list: { suffix: '-flagged', extension: 'txt', title: () => l10n.t('Flagged List') },
  report: { suffix: '-report', extension: 'html', title: () => l10n.t('Report') },
  latents: { suffix: '-latents', extension: 'npy', title: () => l10n.t('Latent Vectors') },
  onnx: { suffix: '-model', extension: 'onnx', title: () => l10n.t('ONNX Model') },
};

/** Asks for a place and writes there. Resolves when written, or when the person changed their mind. */
export async function saveExport(run: RunSnapshot, format: ExportFormat, services: PanelServices): Promise<void> {
  const { title } = kinds[format];
  const file = await askForFile(run, kinds[format], l10n.t('Export {format}', { format: title() }));
  if (file === undefined) return;
  const api = await services.engine.api();
  // The dialog has asked already when there is such a file.
  const written = await api.exportRun(run.runFolder, format, file, true);
  void offerFile(vscode.Uri.file(written.file), format, written);
}

/** Asks for a place and writes the edited code's pictures there. Resolves as {@link saveExport} does. */
export async function saveLatentPicture(
  run: RunSnapshot,
  index: number,
  edits: readonly LatentEdit[],
  services: PanelServices,
): Promise<void> {
  const image = basename(run.paths[index] ?? '', extname(run.paths[index] ?? ''));
  const kind = {
    suffix: `-${withoutSeparators(image)}-edited`,
    extension: 'png',
    title: () => l10n.t('Picture'),
  };
  const file = await askForFile(run, kind, l10n.t('Save the Pictures of the Edited Code'));
  if (file === undefined) return;
  const written = await (await services.engine.api()).saveLatentPicture(run.runFolder, index, edits, file, true);
  const picture = vscode.Uri.file(written.file);
  void offer(picture, l10n.t('Saved the pictures of the edited code.'), () => openFile(picture));
}

/** A path of this machine, or undefined when the person changed their mind. */
async function askForFile(run: RunSnapshot, kind: ExportKind, dialogTitle: string): Promise<string | undefined> {
  const { source } = run.record.request;
  const offered = join(
    folderBeside(source),
    `${withoutSeparators(sourceName(source))}${kind.suffix}.${kind.extension}`,
  );
  const target = await vscode.window.showSaveDialog({
    defaultUri: vscode.Uri.file(offered),
    filters: { [kind.title()]: [kind.extension] },
    title: dialogTitle,
    saveLabel: l10n.t('Export'),
  });
  if (!target || target.scheme === 'file') return target?.fsPath;
  throw new UserError(
    'not-supported',
    l10n.t('Exports can be written to files of this machine only, not to {place}.', {
      place: target.toString(),
    }),
  );
}

function withoutSeparators(name: string): string {
  return name.replace(/[\\/:*?"<>|#]/g, '-');
}

async function offerFile(
  file: vscode.Uri,
  format: ExportFormat,
  { images, flagged, card }: ExportedFile,
): Promise<void> {
  const locale = displayLocale();
  const text = l10n.t('Exported {format}: {flagged} of {images} flagged.', {
    format: kinds[format].title(),
    flagged: formatCount(flagged, locale),
    images: formatCount(images, locale),
  });
  const look = card === undefined ? file : vscode.Uri.file(card);
  await offer(file, text, format === 'latents' ? undefined : () => openFile(look));
}

/** A page is for a browser; where none can be had on the side of the files, the editor shows it. */
async function openFile(file: vscode.Uri): Promise<void> {
  if (!file.path.endsWith('.html')) {
    await vscode.commands.executeCommand('vscode.open', file);
  } else if (canRevealInSystem()) {
    await vscode.env.openExternal(file);
  } else {
    const { Active } = vscode.ViewColumn;
    const panel = vscode.window.createWebviewPanel('anomalyReview.report', basename(file.path), Active, {
      localResourceRoots: [],
    });
    panel.webview.html = await readFile(file.fsPath, 'utf8');
  }
}

async function offer(file: vscode.Uri, text: string, openIt: (() => Promise<void>) | undefined): Promise<void> {
  const reveal = l10n.t('Reveal');
  const open = l10n.t('Open');
  const buttons = [...(canReveal(file) ? [reveal] : []), ...(openIt ? [open] : [])];
  const chosen = await vscode.window.showInformationMessage(text, ...buttons);
  if (chosen === reveal) await revealFile(file);
  if (chosen === open) await openIt?.();
}
