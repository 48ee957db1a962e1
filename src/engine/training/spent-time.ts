/** What was spent of the minutes that training may take, over a run's stops and resumes. */
import type { TimeBudget } from './pace';

export class SpentTime {
  #beforeMs = 0;
  #since = performance.now();

  get spentMs(): number {
    return this.#beforeMs + performance.now() - this.#since;
  }

  /** Goes on from a saved state, which knows what earlier attempts took; what this one took already is not forgotten. */
  goOnFrom(savedMs: number): void {
    this.#beforeMs = Math.max(this.spentMs, savedMs);
    this.#since = performance.now();
  }

  /** Undefined without a limit. */
  budgetOf(minutes: number | undefined): TimeBudget | undefined {
    return minutes === undefined ? undefined : { leftMs: () => minutes * 60_000 - this.spentMs };
  }
}
