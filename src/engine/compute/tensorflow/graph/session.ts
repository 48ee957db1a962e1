/** A recording that the library runs as a whole, with what it changes from run to run. */
import * as l10n from '@vscode/l10n';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { UserError } from '../../../../shared/errors';
import type { TensorFlow, TfTensor } from '../api';
import { names, outputName, savedModel, tag } from './definition';
import type { Recording } from './recording';

export class GraphSession {
  private constructor(
    private readonly tf: TensorFlow,
    private readonly id: number,
    private readonly recording: Recording,
  ) {}

  /**
   * @param initial the variables' values
   * @throws UserError `backend-unavailable` where the library does not take it, or no file may be written for it
   */
  static open(tf: TensorFlow, recording: Recording, initial: readonly TfTensor[]): GraphSession {
    const model = savedModel(recording, tf.backend().binding);
    let folder: string | undefined;
    try {
      // The addon opens models by their folder only.
      folder = mkdtempSync(path.join(os.tmpdir(), 'anomaly-review-graph-'));
      writeFileSync(path.join(folder, 'saved_model.pb'), model);
      const session = new GraphSession(tf, tf.backend().loadSavedModelMetaGraph(folder, tag), recording);
      session.set(initial);
      return session;
    } catch (error) {
      throw notOpened(error);
    } finally {
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    }
  }

  /** One run with its changes. @returns what the recorded work gave, to be disposed of by the caller */
  run(inputs: readonly TfTensor[]): TfTensor[] {
    const given = inputs.map((_, at) => names.input(at));
    const outputs = this.fetch(inputs, given, [...this.recording.results.map(outputName), `${names.ended}:0`]);
    outputs.pop()?.dispose();
    return outputs;
  }

  /** The variables' values, to be disposed of before the next run, which otherwise begins with copies. */
  values(places: readonly number[]): TfTensor[] {
    if (places.length === 0) return [];
    return this.fetch(
      [],
      [],
      places.map((at) => `${names.value(at)}:0`),
    );
  }

  dispose(): void {
    this.tf.backend().deleteSavedModel(this.id);
  }

  private set(values: readonly TfTensor[]): void {
    if (values.length === 0) return;
    const given = values.map((_, at) => names.initial(at));
    this.tf.dispose(this.fetch(values, given, [`${names.started}:0`]));
  }

  private fetch(inputs: readonly TfTensor[], given: readonly string[], outputs: readonly string[]): TfTensor[] {
    const infos = given.map((name) => ({ name: `${name}:0` }));
    return this.tf.backend().runSavedModel(this.id, inputs, infos, outputs);
  }
}

function notOpened(cause: unknown): UserError {
  const isFile = cause instanceof Error && 'path' in cause;
  const reason = cause instanceof Error ? cause.message.replace(/\.$/, '') : String(cause);
  const sentence = isFile
    ? l10n.t(
        'TensorFlow opens a network by a temporary file, which could not be written in {0}: {1}. Make room there, name another folder in TMPDIR, or choose the backend onnx.',
        os.tmpdir(),
        reason,
      )
    : l10n.t('TensorFlow cannot open this network: {0}. Choose the backend onnx for it.', reason);
  return new UserError('backend-unavailable', sentence, { cause });
}
