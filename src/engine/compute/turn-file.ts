/** One process after the other changes a small file that is read, changed and written within milliseconds. */
import { closeSync, openSync, rmSync, statSync } from 'node:fs';

/** A turn takes about a millisecond: one that lasts longer was left behind by a process that ended in it. */
const longestTurnMs = 2000;
const longestWaitMs = 3000;
const pauseMs = 2;

/**
 * Waits, without giving up the thread, until no other process has its turn at the file; then runs `work`.
 * @param file a file `FILE.turn` lies beside it meanwhile; its folder must be there
 * @throws what the file system says when nothing can be written there, or nobody gave the turn up
 */
export function inTurnAt<T>(file: string, work: () => T): T {
  const turn = `${file}.turn`;
  takeTurn(turn);
  try {
    return work();
  } finally {
    rmSync(turn, { force: true });
  }
}

function takeTurn(turn: string): void {
  const start = performance.now();
  for (;;) {
    try {
      closeSync(openSync(turn, 'wx'));
      return;
    } catch (error) {
      const isTaken = error instanceof Error && 'code' in error && error.code === 'EEXIST';
      if (!isTaken || performance.now() - start > longestWaitMs) throw error;
    }
    if (ageOf(turn) > longestTurnMs) rmSync(turn, { force: true });
    else pause();
  }
}

/** In milliseconds; 0 when it is gone. */
function ageOf(file: string): number {
  const found = statSync(file, { throwIfNoEntry: false });
  return found === undefined ? 0 : Date.now() - found.mtimeMs;
}

function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs);
}
