/** A recording that the library runs as a whole, with what it changes from run to run. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { TensorFlow, TfTensor } from '../api';
import { names, outputName, savedModel, tag } from './definition';
import type { Recording } from './recording';

export class GraphSession {
  private constructor(
    private readonly tf: TensorFlow,
    private readonly id: number,
    private readonly recording: Recording,
  ) {}

  /** @param initial the variables' values */
  static open(tf: TensorFlow, recording: Recording, initial: readonly TfTensor[]): GraphSession {
    // The addon opens models by their folder only.
    const folder = mkdtempSync(path.join(os.tmpdir(), 'anomaly-review-graph-'));
    try {
      writeFileSync(path.join(folder, 'saved_model.pb'), savedModel(recording, tf.backend().binding));
      const session = new GraphSession(tf, tf.backend().loadSavedModelMetaGraph(folder, tag), recording);
      session.set(initial);
      return session;
    } finally {
      rmSync(folder, { recursive: true, force: true });
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
