import type { Worker } from 'node:worker_threads';
import type { TransformedBatch } from '../augmentation/index';
import { buffersOf, type AheadTask, type BatchMade, type BatchOrdered, type Room } from './ahead-messages';
import type { BatchMaker } from './batch-maker';
import type { ImageFeed } from './image-feed';

export interface AheadOptions {
  readonly task: AheadTask;
  /** How many batches there is memory for, two or more. */
  readonly batches: number;
  /** batch × channels × height × width */
  readonly valuesPerBatch: number;
  /** Of the pretext tasks, in a batch; absent without any. */
  readonly labelsPerBatch?: number | undefined;
  /** Of the whole training, those of earlier epochs included. */
  readonly totalSteps: number;
  /** Makes what the thread cannot. */
  readonly maker: BatchMaker;
  /** The thread died; its work goes on here. */
  readonly onLost: (reason: string) => Promise<void>;
}

/**
 * Has batches made by a thread of their own while the network computes. Rooms go round: free, ordered, made, taken. The
 * thread is only ever faster: what it did not make is made here, with the same bytes.
 */
export class ImagesAhead implements ImageFeed {
  readonly mostSteps: number;
  readonly #free: Room[];
  readonly #made = new Map<number, BatchMade>();
  /** Lent to whoever took it last. */
  #taken: Room | undefined;
  #isOnline = false;
  /** The first step that the thread makes: nobody waits for it to start. */
  #firstOrder = Infinity;
  #nextOrder = Infinity;
  #lost: string | undefined;
  #isLossTold = false;
  #isClosed = false;
  #wake: () => void = () => undefined;
  #ownRoom: Float32Array | undefined;

  constructor(
    private readonly worker: Worker,
    private readonly options: AheadOptions,
  ) {
    const { batches, valuesPerBatch, labelsPerBatch, task } = options;
    const isInputItsOwn = task.settings.denoise !== undefined;
    this.#free = Array.from({ length: batches }, () => ({
      target: new Float32Array(valuesPerBatch),
      ...(isInputItsOwn && { input: new Float32Array(valuesPerBatch) }),
      ...(labelsPerBatch !== undefined && {
        pretext: { images: new Float32Array(valuesPerBatch), labels: new Float32Array(labelsPerBatch) },
      }),
    }));
    // One is lent while the others are filled.
    this.mostSteps = batches - 1;
    worker.once('online', () => (this.#isOnline = true));
    worker.on('message', (made: BatchMade) => {
      this.#made.set(made.step, made);
      this.#wake();
    });
    worker.on('error', (error) => this.#lose(error instanceof Error ? error.message : String(error)));
    worker.on('exit', (code) => this.#lose(`exit code ${code}`));
    worker.postMessage(task);
  }

  async ready(step: number, count: number): Promise<void> {
    this.#takeBack();
    if (this.#isOnline && this.#firstOrder === Infinity) this.#firstOrder = this.#nextOrder = step + count;
    this.#order();
    while (this.#lost === undefined && step >= this.#firstOrder && !this.#areMade(step, count)) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    if (this.#lost === undefined || this.#isLossTold) return;
    this.#isLossTold = true;
    await this.options.onLost(this.#lost);
  }

  take(step: number): TransformedBatch {
    this.#takeBack();
    this.#order();
    const made = this.#made.get(step);
    this.#made.delete(step);
    this.#taken = made?.room;
    if (!made?.isMade) return this.options.maker.make(step, this.#roomHere());
    const { target, input = target, pretext } = made.room;
    return { input, target, ...(pretext && { pretext }) };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.worker.terminate();
  }

  #areMade(step: number, count: number): boolean {
    for (let at = step; at < step + count; at++) if (!this.#made.has(at)) return false;
    return true;
  }

  #order(): void {
    while (this.#lost === undefined && this.#nextOrder < this.options.totalSteps) {
      const room = this.#free.pop();
      if (!room) return;
      const order: BatchOrdered = { step: this.#nextOrder++, room };
      this.worker.postMessage(order, buffersOf(room));
    }
  }

  #takeBack(): void {
    if (this.#taken) this.#free.push(this.#taken);
    this.#taken = undefined;
  }

  #lose(reason: string): void {
    if (this.#isClosed) return;
    this.#lost ??= reason;
    this.#wake();
  }

  #roomHere(): Float32Array {
    this.#ownRoom ??= new Float32Array(this.options.valuesPerBatch);
    return this.#ownRoom;
  }
}
