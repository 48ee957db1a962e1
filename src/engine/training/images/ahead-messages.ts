/** What the training's thread and the one that makes its images say to each other. Arrays are handed over, not copied. */
import type { CacheRecipe } from '../../dataset/cache-recipe';
import type { BatchSettings } from './batch-maker';

/** Comes first, once. */
export interface AheadTask extends BatchSettings {
  readonly images: CacheRecipe;
}

/** Arrays of one batch: [batch, channels, height, width] each. */
export interface Room {
  readonly target: Float32Array<ArrayBuffer>;
  /** Absent where the input is the target. */
  readonly input?: Float32Array<ArrayBuffer>;
  /** Absent without pretext tasks. */
  readonly pretext?: { readonly images: Float32Array<ArrayBuffer>; readonly labels: Float32Array<ArrayBuffer> };
}

/** “Make this step's batch in there.” */
export interface BatchOrdered {
  readonly step: number;
  readonly room: Room;
}

export interface BatchMade extends BatchOrdered {
  /** False: it could not be made, and whoever asked finds out why by trying it. */
  readonly isMade: boolean;
}

/** What a message gives away with its room. */
export function buffersOf({ target, input, pretext }: Room): ArrayBuffer[] {
  return [target, input, pretext?.images, pretext?.labels].flatMap((array) => (array ? [array.buffer] : []));
}
