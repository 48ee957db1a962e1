/** One image of a run as the network sees it, what it draws of it, and where the two differ. */
import type { RunState } from '../pipeline/run-state';
import { ignoredPixels } from '../scoring/areas';
import type { ImageShape } from '../scoring/score';
import { readSeenImage, shapeOf } from './seen-image';
import type { ViewedNetwork } from './viewed-network';

export interface RebuiltImage {
  readonly shape: ImageShape;
  /** [channels, height, width] in [0, 1], as `reconstruction`, which is absent before the network is trained. */
  readonly seen: Float32Array;
  readonly reconstruction?: Float32Array;
  /** Squared, of the same shape; 0 where they do not count. */
  readonly errors?: Float32Array;
  /** By pixel, 1: errors there do not count. */
  readonly ignored?: Uint8Array;
}

/** @throws UserError `run-invalid` before the images were read */
export async function rebuildImage(state: RunState, index: number, networks: ViewedNetwork): Promise<RebuiltImage> {
  const shape = shapeOf(state);
  const seen = await readSeenImage(state, index);
  const reconstruction = await networks.use(state, async (network) =>
    (await network?.scorer.run(seen, 1))?.reconstruction.slice(0, seen.length),
  );
  if (!reconstruction) return { shape, seen };
  const ignored = ignoredPixels(state.run.record.request.settings.areas, shape);
  const counts = (place: number) => ignored?.[place % ignored.length] !== 1;
  const errors = seen.map((value, place) => (counts(place) ? (value - (reconstruction[place] ?? 0)) ** 2 : 0));
  return { shape, seen, reconstruction, errors, ...(ignored && { ignored }) };
}
