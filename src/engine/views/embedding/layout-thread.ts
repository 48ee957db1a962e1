/** A map that is being laid out in a thread of its own. */
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { isThere } from '../../runs/is-there';
import { umapLayout, type LayoutStep, type LayoutTask } from './umap-layout';

/** Beside the bundle of whoever runs the engine. */
const workerFile = path.join(__dirname, 'layout-worker.js');

/**
 * The last step of the layout; every step on the way goes to `tell`. Without the thread's file (the engine runs from its
 * sources) the work is done here, a step at a time. Rejects when `signal` aborts.
 */
export async function layOut(
  task: LayoutTask,
  tell: (step: LayoutStep) => void,
  signal: AbortSignal,
): Promise<LayoutStep> {
  return (await isThere(workerFile)) ? layOutInThread(task, tell, signal) : layOutHere(task, tell, signal);
}

async function layOutHere(
  task: LayoutTask,
  tell: (step: LayoutStep) => void,
  signal: AbortSignal,
): Promise<LayoutStep> {
  const work = umapLayout(task);
  for (;;) {
    const { value, done } = work.next();
    if (done === true) return value;
    tell(value);
    await setImmediate();
    signal.throwIfAborted();
  }
}

function layOutInThread(task: LayoutTask, tell: (step: LayoutStep) => void, signal: AbortSignal): Promise<LayoutStep> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(workerFile);
    worker.postMessage(task);
    const stop = (): void => {
      void worker.terminate();
      reject(new Error('Nobody waits for the map any more.'));
    };
    signal.addEventListener('abort', stop, { once: true });
    worker.on('message', (step: LayoutStep) => {
      if (step.done < 1) tell(step);
      else resolve(step);
    });
    worker.on('error', reject);
    worker.on('exit', (code) => {
      signal.removeEventListener('abort', stop);
      reject(new Error(`The thread that lays out the map ended with code ${String(code)}.`));
    });
  });
}
