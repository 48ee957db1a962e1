/** Entry of the thread that makes training's batches: a task first, then one order after the other. */
import { parentPort } from 'node:worker_threads';
import { openRecipe } from '../../dataset/cache-recipe';
import { buffersOf, type AheadTask, type BatchMade, type BatchOrdered } from './ahead-messages';
import { BatchMaker } from './batch-maker';

const training = parentPort;
training?.once('message', ({ images, ...task }: AheadTask) => {
  const maker = new BatchMaker(openRecipe(images), task);
  training.on('message', (order: BatchOrdered) => {
    const made: BatchMade = { ...order, isMade: fill(maker, order) };
    training.postMessage(made, buffersOf(order.room));
  });
});

function fill(maker: BatchMaker, { step, room: { target, input, pretext } }: BatchOrdered): boolean {
  try {
    const made = maker.make(step, target);
    if (made.target.buffer !== target.buffer) target.set(made.target);
    input?.set(made.input);
    if (made.pretext) {
      pretext?.images.set(made.pretext.images);
      pretext?.labels.set(made.pretext.labels);
    }
    return true;
  } catch {
    // The training tries it by itself then, and meets the error where there is somebody to tell.
    return false;
  }
}
