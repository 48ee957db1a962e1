/** Where TensorFlow lies for this editor: the setting's folder, else the extension's own storage. */
import path from 'node:path';
import * as vscode from 'vscode';
import { configurationSection } from './settings';

/** The engine's own names (src/engine/compute/install/place.ts), which this side does not import. */
const variables = { folder: 'ANOMALY_REVIEW_TENSORFLOW', storage: 'ANOMALY_REVIEW_BACKENDS' } as const;

export const tensorFlowPathSetting = 'engine.tensorflowPath';

/** The setting; empty when nothing is named. */
export function namedTensorFlow(): string {
  return vscode.workspace.getConfiguration(configurationSection).get(tensorFlowPathSetting, '').trim();
}

/** What the engine, and the program that installs, are told of it. */
export function tensorFlowEnvironment(storage: vscode.Uri): NodeJS.ProcessEnv {
  const named = namedTensorFlow();
  return {
    [variables.storage]: backendsFolder(storage),
    ...(named !== '' && { [variables.folder]: named }),
  };
}

/** Where this editor installs it. */
export function installedTensorFlow(storage: vscode.Uri): string {
  return path.join(backendsFolder(storage), 'tensorflow');
}

function backendsFolder(storage: vscode.Uri): string {
  return path.join(storage.fsPath, 'backends');
}
