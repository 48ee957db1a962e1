/** Small pictures for the grid, made when they are looked at and kept in the run folder. */
import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Thumbnail } from '../../shared/contracts';
import { toErrorReport } from '../../shared/errors';
import type { RunState } from '../pipeline/run-state';
import { isThere } from '../runs/is-there';
import { writeAtomically } from '../runs/atomic';
import type { ViewedSource } from './viewed-source';

const longestSide = 256;
/** Leaves the processor to a training that may be running, yet hides the waiting for the disk. */
const atOnce = 3;

export class Thumbnailer {
  readonly #requests = new Map<number, AbortController>();

  constructor(private readonly source: ViewedSource) {}

  /** Answers in the order asked. What a cancelled request did not get to says so. */
  async make(state: RunState, indexes: readonly number[], requestId?: number): Promise<Thumbnail[]> {
    const controller = new AbortController();
    if (requestId !== undefined) this.#requests.set(requestId, controller);
    const results: Thumbnail[] = [];
    let next = 0;
    const work = async (): Promise<void> => {
      for (let place = next++; place < indexes.length; place = next++) {
        const index = indexes[place] ?? 0;
        results[place] = controller.signal.aborted ? { index, error: 'cancelled' } : await this.#makeOne(state, index);
      }
    };
    try {
      await mkdir(state.run.thumbnails, { recursive: true });
      await Promise.all(Array.from({ length: Math.min(atOnce, indexes.length) }, work));
    } finally {
      if (requestId !== undefined) this.#requests.delete(requestId);
    }
    return results;
  }

  cancel(requestId: number): void {
    this.#requests.get(requestId)?.abort();
  }

  async #makeOne(state: RunState, index: number): Promise<Thumbnail> {
    const known = state.manifest[index]?.error;
    if (known !== undefined) return { index, error: known };
    const name = `${thumbnailName(state.paths[index] ?? '')}.webp`;
    const file = path.join(state.run.thumbnails, name);
    try {
      if (!(await isThere(file))) await writeAtomically(file, await this.source.render(state, index, longestSide));
      return { index, file: name };
    } catch (error) {
      return { index, error: toErrorReport(error).message };
    }
  }
}

/** By the image's name, not its place: places move when a run is resumed after files came or went. */
function thumbnailName(imagePath: string): string {
  return createHash('sha256').update(imagePath).digest('hex').slice(0, 20);
}
