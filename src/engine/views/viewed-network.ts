/** The trained network of the run that is looked at, opened once. */
import os from 'node:os';
import type { Decoder, Scorer } from '../compute/backend';
import { selectBackend } from '../compute/select';
import { readModel } from '../pipeline/model-files';
import type { RunState } from '../pipeline/run-state';

export interface OpenNetwork {
  /** Takes one image. */
  readonly scorer: Scorer;
  /** Opened when it is first asked for. */
  decoder(): Promise<Decoder>;
}

interface Disposable extends OpenNetwork {
  dispose(): Promise<void>;
}

export class ViewedNetwork {
  #current: { readonly folder: string; readonly made: Promise<Disposable> } | undefined;

  /** Undefined before the network is trained. */
  async of(state: RunState): Promise<OpenNetwork | undefined> {
    const { folder, record } = state.run;
    if (record.errorScale === undefined) return undefined;
    const current = this.#current;
    if (current?.folder === folder) return current.made;
    if (current) this.forget(current.folder);
    const made = openNetwork(state);
    this.#current = { folder, made };
    made.catch(() => {
      if (this.#current?.made === made) this.#current = undefined;
    });
    return made;
  }

  /** The run is worked on again: its model will change. */
  forget(folder: string): void {
    if (this.#current?.folder !== folder) return;
    const earlier = this.#current;
    this.#current = undefined;
    void earlier.made.then((network) => network.dispose()).catch(() => undefined);
  }
}

/** One image is drawn fastest on the CPU, whatever device trained the network. */
async function openNetwork(state: RunState): Promise<Disposable> {
  const { spec, weights } = await readModel(state.run);
  const threads = os.availableParallelism();
  const { backend } = await selectBackend({ backend: 'auto', device: 'cpu', threads });
  const scorer = await backend.createScorer(spec, { batchSize: 1, threads, weights, encoderFeatures: false });
  let decoder: Promise<Decoder> | undefined;
  return {
    scorer,
    decoder: () => (decoder ??= backend.createDecoder(spec, { threads, weights })),
    dispose: async () => {
      await scorer.dispose();
      await (await decoder)?.dispose();
    },
  };
}
