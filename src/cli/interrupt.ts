/** Ctrl-C: the first asks the run to finish its batch and save, the second ends the process at once. */

export interface InterruptHandlers {
  readonly first: () => void;
  readonly second: () => void;
}

/** Listens until the returned function is called. A scheduler's SIGTERM counts as Ctrl-C. */
export function onInterrupt(handlers: InterruptHandlers): () => void {
  let count = 0;
  const listener = () => {
    count++;
    if (count === 1) handlers.first();
    else handlers.second();
  };
  process.on('SIGINT', listener);
  process.on('SIGTERM', listener);
  return () => {
    process.off('SIGINT', listener);
    process.off('SIGTERM', listener);
  };
}
