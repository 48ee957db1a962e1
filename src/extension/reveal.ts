import * as vscode from 'vscode';

/** Shows a file where files are managed: on the desktop by the system, else in the explorer. */
export async function revealFile(file: vscode.Uri): Promise<void> {
  const command = canRevealInSystem() ? 'revealFileInOS' : 'revealInExplorer';
  await vscode.commands.executeCommand(command, file);
}

/** In a remote or browser-based editor only files of the workspace can be revealed. */
export function canReveal(file: vscode.Uri): boolean {
  return canRevealInSystem() || vscode.workspace.getWorkspaceFolder(file) !== undefined;
}

/** Whether the files lie on the desktop that the person sits at. */
export function canRevealInSystem(): boolean {
  return vscode.env.uiKind === vscode.UIKind.Desktop && vscode.env.remoteName === undefined;
}
