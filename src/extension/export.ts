/** Writes a run's export where the person says, and offers to look at it. */
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { ExportFormat } from '../shared/contracts';
import { UserError } from '../shared/errors';
import { formatCount } from '../shared/format';
import type { RunSnapshot } from '../shared/run';
import { canReveal, revealFile } from './reveal';
import type { PanelServices } from './services';
import { folderBeside, sourceName } from './source-files';

interface ExportKind {
  /** Follows the source's name in the name that is offered. */
  readonly suffix: string;
  readonly extension: string;
  readonly title: () => string;
}

const kinds: Readonly<Record<ExportFormat, ExportKind>> = {
  binary: { suffix: '-flags', extension: 'txt', title: () => vscode.l10n.t('0/1 File') },
  csv: { suffix: '-scores', extension: 'csv', title: () => vscode.l10n.t('CSV') },
  json: { suffix: '-scores', extension: 'json', title: () => vscode.l10n.t('JSON') },
  list: { suffix: '-flagged', extension: 'txt', title: () => vscode.l10n.t('Flagged List') },
  onnx: { suffix: '-model', extension: 'onnx', title: () => vscode.l10n.t('ONNX Model') },
};

/** Asks for a place and writes there. Resolves when written, or when the person changed their mind. */
export async function saveExport(run: RunSnapshot, format: ExportFormat, services: PanelServices): Promise<void> {
  const { suffix, extension, title } = kinds[format];
  const { source } = run.record.request;
  const offered = join(
    folderBeside(source),
    `${sourceName(source).replace(/[\\/:*?"<>|#]/g, '-')}${suffix}.${extension}`,
  );
  const target = await vscode.window.showSaveDialog({
    defaultUri: vscode.Uri.file(offered),
    filters: { [title()]: [extension] },
    title: vscode.l10n.t('Export {format}', { format: title() }),
    saveLabel: vscode.l10n.t('Export'),
  });
  if (!target) return;
  if (target.scheme !== 'file') {
    throw new UserError(
      'not-supported',
      vscode.l10n.t('Exports can be written to files of this machine only, not to {place}.', {
        place: target.toString(),
      }),
    );
  }
  const api = await services.engine.api();
  // The dialog has asked already when there is such a file.
  const written = await api.exportRun(run.runFolder, format, target.fsPath, true);
  void offerFile(vscode.Uri.file(written.file), format, written);
}

async function offerFile(
  file: vscode.Uri,
  format: ExportFormat,
  { images, flagged }: { images: number; flagged: number },
): Promise<void> {
  const locale = vscode.env.language;
  const text = vscode.l10n.t('Exported {format}: {flagged} of {images} images are flagged.', {
    format: kinds[format].title(),
    flagged: formatCount(flagged, locale),
    images: formatCount(images, locale),
  });
  const reveal = vscode.l10n.t('Reveal');
  const open = vscode.l10n.t('Open');
  const buttons = [...(canReveal(file) ? [reveal] : []), ...(format === 'onnx' ? [] : [open])];
  const chosen = await vscode.window.showInformationMessage(text, ...buttons);
  if (chosen === reveal) await revealFile(file);
  if (chosen === open) await vscode.commands.executeCommand('vscode.open', file);
}
