/** People who look at runs while one is worked on. Between two calls of a training they are served first. */
import { setImmediate, setTimeout } from 'node:timers/promises';

export class Onlookers {
  #waiting = 0;
  #lastServed: () => void = () => undefined;
  #workedSince = performance.now();

  /** @param mostShare of the time worked is given to them at most: a training goes on, however much one scrolls */
  constructor(private readonly mostShare = 1 / 3) {}

  /** Whoever asked is waiting until `answer` settles. Rejects as it does. */
  async serve<T>(answer: () => Promise<T>): Promise<T> {
    this.#waiting += 1;
    try {
      return await answer();
    } finally {
      this.#waiting -= 1;
      if (this.#waiting === 0) this.#lastServed();
    }
  }

  /**
   * Resolves when nobody waits, or their share of the time is over. An answer takes many turns of the event loop; with
   * one turn between calls of a second each, three thumbnails would take six of them.
   */
  async giveWay(): Promise<void> {
    const mostMs = (performance.now() - this.#workedSince) * this.mostShare;
    // What was asked during the call is read in this turn.
    await setImmediate();
    if (this.#waiting > 0) await this.#servedOrAfter(mostMs);
    this.#workedSince = performance.now();
  }

  async #servedOrAfter(ms: number): Promise<void> {
    const timer = new AbortController();
    const served = new Promise<void>((resolve) => (this.#lastServed = resolve));
    await Promise.race([served, setTimeout(ms, undefined, { signal: timer.signal }).catch(() => undefined)]);
    timer.abort();
  }
}
