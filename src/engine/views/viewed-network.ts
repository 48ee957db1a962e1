/** The trained network of the run that is looked at, opened once. */
import os from 'node:os';
import type { Decoder, Scorer } from '../compute/backend';
import { selectBackend } from '../compute/select';
import { readModel } from '../pipeline/model-files';
import type { RunState } from '../pipeline/run-state';
import { KeptOpen } from './kept-open';

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
  readonly #kept = new KeptOpen<Disposable>((network) => network.dispose());

  /** `network` is undefined before it is trained, and valid until `work` has ended. */
  use<T>(state: RunState, work: (network: OpenNetwork | undefined) => Promise<T>): Promise<T> {
    const { folder, record } = state.run;
    if (record.errorScale === undefined) return work(undefined);
    return this.#kept.use(folder, () => openNetwork(state), work);
  }

  /** The run is worked on again: its model will change. */
  forget(folder: string): void {
    this.#kept.forget(folder);
  }
}

/** One image is drawn fastest on the CPU, whatever device trained the network. */
async function openNetwork(state: RunState): Promise<Disposable> {
  const { spec, weights } = await readModel(state.run);
  const threads = os.availableParallelism();
  const { backend } = await selectBackend({ backend: 'auto', device: 'cpu', threads });
  const scorer = await backend.createScorer(spec, { batchSize: 1, threads, weights, features: false });
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
