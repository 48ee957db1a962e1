/** How much of the machine a run uses at once. */
import { availableParallelism } from 'node:os';
import type { RunRecord } from '../../shared/run';
import type { ScanSettings } from '../../shared/settings';

export function threadsOf({ request }: RunRecord): number {
  return usefulThreads(request.settings);
}

/** More threads than the processor runs at once would only wait for each other, hundreds of them for minutes. */
export function usefulThreads({ threads = Infinity }: Pick<ScanSettings, 'threads'>): number {
  return Math.min(threads, availableParallelism());
}

/** Images scored at once: large enough to fill the processor, small enough for large images. */
export function scoringBatch(valuesPerImage: number): number {
  return Math.max(1, Math.min(128, Math.floor(2 ** 21 / valuesPerImage)));
}
