/** TensorFlow is native code that can take the engine's process along: a person decides what computes from there on. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { ComputeWish } from '../shared/contracts';
import type { RunRecord } from '../shared/run';

export const otherBackend: ComputeWish = { backend: 'onnx', device: 'auto' };

/** Also before it was noted in the record: it may die when it is loaded. */
export function usedTensorFlow({ backend, request }: RunRecord): boolean {
  return (backend ?? request.settings.backend) === 'tensorflow';
}

/** Resolves to undefined when nothing is to go on. */
export async function askAfterCrash(name: string): Promise<ComputeWish | undefined> {
  const other = l10n.t('Go On with ONNX Runtime');
  const again = l10n.t('Try TensorFlow Again');
  const chosen = await vscode.window.showWarningMessage(
    l10n.t(
      'The engine ended while TensorFlow was computing the scan of “{name}”. It can go on from the last checkpoint with ONNX Runtime.',
      { name },
    ),
    other,
    again,
  );
  if (chosen === other) return otherBackend;
  return chosen === again ? {} : undefined;
}
