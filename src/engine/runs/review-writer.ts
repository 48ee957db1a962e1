/** Saves reviews one after the other, and over nothing that another window or program said meanwhile. */
import { setTimeout as wait } from 'node:timers/promises';
import path from 'node:path';
import { UserError } from '../../shared/errors';
import type { ReviewHistory } from '../../shared/review-history';
import { mergeReviews } from '../../shared/review-merge';
import type { Review } from '../../shared/run';
import { acquireLock, type Lock } from './lock';
import type { RunFolder } from './run-folder';

/** Another process holds the lock for as long as it takes to read and write a small file. */
const attempts = 100;
const betweenAttemptsMs = 20;

export interface SavedReview {
  readonly review: Review;
  readonly history?: ReviewHistory | undefined;
  /** What `review` was made of: what the file says beyond it was said by others and stays. Absent: `review` holds whole. */
  readonly before?: Review | undefined;
}

export class ReviewWriter {
  /** By run folder. */
  readonly #last = new Map<string, Promise<unknown>>();

  /**
   * Resolves to what the file says then, in the order in which it was asked for.
   * @throws UserError `disk-full`, `not-writable`, `run-invalid` for a review of a newer version
   */
  async save(folder: string, runOf: () => Promise<RunFolder>, saved: SavedReview): Promise<Review> {
    const before = this.#last.get(folder) ?? Promise.resolve();
    const now = before.then(async () => write(await runOf(), saved));
    const settled = now.catch(() => undefined); // told to whoever asked for it
    this.#last.set(folder, settled);
    try {
      return await now;
    } finally {
      if (this.#last.get(folder) === settled) this.#last.delete(folder);
    }
  }
}

async function write(run: RunFolder, { review, history, before }: SavedReview): Promise<Review> {
  const lock = await lockReview(run.folder);
  try {
    const merged = before ? mergeReviews(before, review, (await run.readReview()).review) : review;
    await run.writeReview(merged, history);
    return merged;
  } finally {
    await lock.release();
  }
}

async function lockReview(folder: string): Promise<Lock> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await acquireLock(path.join(folder, '.review.lock'), 'review');
    } catch (error) {
      const isHeld = error instanceof UserError && error.code === 'run-locked';
      if (!isHeld || attempt === attempts) throw error;
      await wait(betweenAttemptsMs);
    }
  }
}
