/** What an image becomes when elements of its code are changed. */
import * as l10n from '@vscode/l10n';
import path from 'node:path';
import type { LatentComparison, LatentEdit } from '../../shared/contracts';
import { UserError } from '../../shared/errors';
import { applyLatentEdits } from '../../shared/latent-edits';
import type { RunState } from '../pipeline/run-state';
import { writeAtomically } from '../runs/atomic';
import { readLatentRange, type LatentRange } from '../runs/latents-file';
import type { ImageShape } from '../scoring/score';
import { imageDataUri } from './image-png';
import { refuseOverwriting } from './refuse-overwriting';
import { pictureRow } from './latent-picture';
import { readableEntry, readSeenImage, shapeOf } from './seen-image';
import type { OpenNetwork, ViewedNetwork } from './viewed-network';

/** An image as it went through the network: kept while its sliders are moved. */
interface Encoded {
  readonly network: OpenNetwork;
  readonly index: number;
  readonly shape: ImageShape;
  readonly seen: Float32Array;
  readonly reconstruction: Float32Array;
  readonly code: Float32Array;
  readonly range: LatentRange;
}

interface Edited extends Encoded {
  /** The code after the edits, and what the decoder draws of it. */
  readonly after: Float32Array;
  readonly edited: Float32Array;
}

export class LatentEditor {
  #last: Encoded | undefined;

  constructor(private readonly networks: ViewedNetwork) {}

  async compare(state: RunState, index: number, edits: readonly LatentEdit[]): Promise<LatentComparison> {
    const { shape, seen, reconstruction, code, range, after, edited } = await this.#edit(state, index, edits);
    return {
      original: await imageDataUri(seen, shape),
      reconstruction: await imageDataUri(reconstruction, shape),
      edited: await imageDataUri(edited, shape),
      before: Array.from(code),
      after: Array.from(after),
      lowest: Array.from(range.lowest),
      highest: Array.from(range.highest),
    };
  }

  /** @throws UserError `settings-invalid` when the file exists and may not be overwritten */
  async savePicture(
    state: RunState,
    index: number,
    edits: readonly LatentEdit[],
    file: string,
    overwrite: boolean,
  ): Promise<{ file: string }> {
    const target = path.resolve(file);
    await refuseOverwriting(target, overwrite);
    const { shape, seen, reconstruction, edited } = await this.#edit(state, index, edits);
    await writeAtomically(target, await pictureRow([seen, reconstruction, edited], shape));
    return { file: target };
  }

  #edit(state: RunState, index: number, edits: readonly LatentEdit[]): Promise<Edited> {
    readableEntry(state, index);
    return this.networks.use(state, async (network) => {
      if (!network) {
        throw new UserError(
          'run-invalid',
          l10n.t('The run {0} has no trained model yet. Let it finish first.', state.run.folder),
        );
      }
      const encoded = await this.#encode(state, index, network);
      const after = applyLatentEdits(encoded.code, edits);
      const decoder = await network.decoder();
      const edited = (await decoder.decode(after, 1)).subarray(0, encoded.seen.length);
      return { ...encoded, after, edited };
    });
  }

  async #encode(state: RunState, index: number, network: OpenNetwork): Promise<Encoded> {
    const last = this.#last;
    if (last?.network === network && last.index === index) return last;
    const shape = shapeOf(state);
    const seen = await readSeenImage(state, index);
    const { reconstruction, latent } = await network.scorer.run(seen, 1);
    // Copies, since the scorer's outputs are valid until its next run only.
    const code = latent.slice(0, network.scorer.latentSize);
    const range =
      last?.network === network
        ? last.range
        : await readLatentRange(state.run.latentsFile, state.manifest.length, code.length);
    const encoded = { network, index, shape, seen, reconstruction: reconstruction.slice(0, seen.length), code, range };
    this.#last = encoded;
    return encoded;
  }
}
