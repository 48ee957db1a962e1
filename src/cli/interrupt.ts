/** Ctrl-C: the first asks the run to finish its batch and save, the second ends the process at once. */
import { exitStatus } from './exit-status';

export interface InterruptHandlers {
  readonly first: () => void;
  readonly second: () => void;
}

const signals = ['SIGINT', 'SIGTERM'] as const;

/** How many listen: while nobody does, there is nothing to save. */
let listening = 0;

/** From now on a Ctrl-C that nobody listens to ends the process with the status of a stop, not by the signal. */
export function endOnInterrupt(): void {
  const end = () => {
    if (listening === 0) process.exit(exitStatus.stopped);
  };
  for (const signal of signals) process.on(signal, end);
}

/** Listens until the returned function is called. A scheduler's SIGTERM counts as Ctrl-C. */
export function onInterrupt({ first, second }: InterruptHandlers): () => void {
  let count = 0;
  return onSignal(() => {
    count++;
    if (count === 1) first();
    else second();
  });
}

/** Every one, until the returned function is called. */
export function onSignal(listener: (signal: NodeJS.Signals) => void): () => void {
  listening++;
  for (const signal of signals) process.on(signal, listener);
  return () => {
    listening--;
    for (const signal of signals) process.off(signal, listener);
  };
}
