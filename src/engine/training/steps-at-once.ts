/** How many training steps one call of a trainer makes. */

/** From there on, nearly nothing more is saved. */
const mostSteps = 8;
/** A stop waits for the steps of a call to end. */
const longestCallMs = 1000;

/**
 * As many steps as the last call's speed lets end in a second. Every call begins and ends with copies of all weights,
 * whose time the first, of a single step, seems to be the step's own: longer calls show it smaller, and grow.
 */
export class StepsAtOnce {
  #count = 1;

  /** From 1; a single one until the speed is known. */
  get count(): number {
    return this.#count;
  }

  /** What a call took. One that an epoch's end cut short seems slower than it would have been, and is no reason for less. */
  add(steps: number, elapsedMs: number): void {
    const inTime = Math.floor((longestCallMs * steps) / Math.max(elapsedMs, 1));
    const fitting = Math.max(1, Math.min(mostSteps, inTime));
    if (steps >= this.#count || fitting > this.#count) this.#count = fitting;
  }
}
