/** How much of the machine a run uses at once. */
import { availableParallelism } from 'node:os';
import type { RunRecord } from '../../shared/run';

export function threadsOf({ request }: RunRecord): number {
  return request.settings.threads ?? availableParallelism();
}

/** Images scored at once: large enough to fill the processor, small enough for large images. */
export function scoringBatch(valuesPerImage: number): number {
  return Math.max(1, Math.min(128, Math.floor(2 ** 21 / valuesPerImage)));
}
