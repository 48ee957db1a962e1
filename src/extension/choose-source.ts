/** Which images: what was right-clicked, or what a person chooses. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { UserError } from '../shared/errors';
import { sourceFileExtensions } from './source-files';

/** The folder or file; `undefined` when the person changed their mind. `clicked` comes from a menu. */
export async function choosePlace(clicked: unknown): Promise<string | undefined> {
  const place = clicked instanceof vscode.Uri ? clicked : await askForPlace();
  if (!place) return undefined;
  if (place.scheme !== 'file') {
    throw new UserError(
      'not-supported',
      l10n.t(
        'Images are read from a disk by a process of their own, and {place} is not on one. Clone or download it, and open that folder.',
        { place: place.toString() },
      ),
    );
  }
  // As the engine writes paths, without a slash at the end.
  return place.fsPath.length > 1 ? place.fsPath.replace(/[\\/]+$/, '') : place.fsPath;
}

async function askForPlace(): Promise<vscode.Uri | undefined> {
  type Choice = vscode.QuickPickItem & { readonly find: () => PromiseLike<vscode.Uri | undefined> };
  const workspaceFolders = vscode.workspace.workspaceFolders ?? [];
  const choices: Choice[] = [
    ...workspaceFolders.map(({ name, uri }) => ({
      label: `$(root-folder) ${name}`,
      description: uri.scheme === 'file' ? uri.fsPath : uri.toString(),
      find: () => Promise.resolve(uri),
    })),
    { label: `$(folder-opened) ${l10n.t('Choose a folder…')}`, find: () => browse(true) },
    { label: `$(file) ${l10n.t('Choose an array (.npy, .npz) or a list…')}`, find: () => browse(false) },
  ];
  const chosen = await vscode.window.showQuickPick(choices, { placeHolder: l10n.t('Which images?') });
  return chosen?.find();
}

async function browse(folder: boolean): Promise<vscode.Uri | undefined> {
  const defaultUri = vscode.workspace.workspaceFolders?.[0]?.uri;
  const chosen = await vscode.window.showOpenDialog({
    canSelectFiles: !folder,
    canSelectFolders: folder,
    ...(defaultUri && { defaultUri }),
    ...(!folder && { filters: { [l10n.t('Arrays and lists')]: [...sourceFileExtensions] } }),
  });
  return chosen?.[0];
}
