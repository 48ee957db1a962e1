/** What an image becomes when elements of its code are changed. */
import path from 'node:path';
import type { LatentComparison, LatentEdit } from '../../shared/contracts';
import { UserError } from '../../shared/errors';
import { applyLatentEdits } from '../../shared/latent-edits';
import type { RunState } from '../pipeline/run-state';
import { writeAtomically } from '../runs/atomic';
import { readLatentRange, type LatentRange } from '../runs/latents-file';
import type { ImageShape } from '../scoring/score';
import { imageDataUri } from './image-png';
import { isThere } from './is-there';
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

export class LatentEditor {
  #last: Encoded | undefined;

  constructor(private readonly networks: ViewedNetwork) {}

  async compare(state: RunState, index: number, edits: readonly LatentEdit[]): Promise<LatentComparison> {
    const encoded = await this.#encode(state, index);
    const { shape, seen, reconstruction, code, range } = encoded;
    const after = applyLatentEdits(code, edits);
    const edited = await decode(encoded, after);
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
    if (!overwrite && (await isThere(target))) {
      throw new UserError('settings-invalid', `${target} exists already. Choose another name or allow overwriting.`);
    }
    const encoded = await this.#encode(state, index);
    const { shape, seen, reconstruction, code } = encoded;
    const edited = await decode(encoded, applyLatentEdits(code, edits));
    await writeAtomically(target, await pictureRow([seen, reconstruction, edited], shape));
    return { file: target };
  }

  async #encode(state: RunState, index: number): Promise<Encoded> {
    readableEntry(state, index);
    const network = await this.networks.of(state);
    if (!network) {
      throw new UserError('run-invalid', `The run ${state.run.folder} has no trained model yet. Let it finish first.`);
    }
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

async function decode({ network, seen }: Encoded, code: Float32Array): Promise<Float32Array> {
  const decoder = await network.decoder();
  return (await decoder.decode(code, 1)).subarray(0, seen.length);
}
