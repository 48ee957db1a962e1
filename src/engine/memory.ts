/** Gives memory back between the phases of a run. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

let collect: (() => void) | undefined;

/**
 * Collects garbage now. V8 sees only the small handles of the runtime's large tensors and would let them stand for
 * minutes; where a phase ends, some 100 ms free what it held before the next one takes its own.
 */
export function collectGarbage(): void {
  if (!collect) {
    setFlagsFromString('--expose-gc');
    const found: unknown = runInNewContext('gc');
    collect = isCollector(found) ? found : () => undefined;
  }
  collect();
}

function isCollector(value: unknown): value is () => void {
  return typeof value === 'function';
}
