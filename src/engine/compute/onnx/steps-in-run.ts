/**
 * In bytes, so that with all else the process stays below 1 GB. Beside the state, the runtime holds the copy of it that it
 * hands out; a run of two steps holds it a third time, one of more a fourth.
 */
const mostMemoryOfStates = 600 * 2 ** 20;

/** How many steps one run may make with a state of so many bytes, weights and moments together. */
export function mostStepsInRun(bytes: number): number {
  if (4 * bytes <= mostMemoryOfStates) return Infinity;
  return 3 * bytes <= mostMemoryOfStates ? 2 : 1;
}
