/** Entry of the thread that lays out a map: a library's long computations must not keep the engine from answering. */
import { parentPort } from 'node:worker_threads';
import { umapLayout, type LayoutStep, type LayoutTask } from './umap-layout';

/** As often as a person sees a movement. */
const tellEveryMs = 100;

function run(task: LayoutTask, tell: (step: LayoutStep) => void): void {
  const work = umapLayout(task);
  let told = 0;
  for (;;) {
    const { value, done } = work.next();
    const now = performance.now();
    if (done === true || now - told >= tellEveryMs) {
      told = now;
      tell(value);
    }
    if (done === true) return;
  }
}

const port = parentPort;
port?.once('message', (task: LayoutTask) => run(task, (step) => port.postMessage(step)));
