/** The lowest watched loss so far. */
export interface WatchedEpoch {
  /** From 1; 0 before the first. */
  readonly epoch: number;
  readonly loss: number;
}

/** Remembers the best watched loss and says when patience has run out. */
export class BestEpoch {
  #best: WatchedEpoch;

  constructor(
    private readonly patience: number,
    earlier: WatchedEpoch = { epoch: 0, loss: Infinity },
  ) {
    this.#best = earlier;
  }

  get best(): WatchedEpoch {
    return this.#best;
  }

  /** Returns whether this epoch is the best so far. */
  report(epoch: number, loss: number): boolean {
    if (!(loss < this.#best.loss)) return false;
    this.#best = { epoch, loss };
    return true;
  }

  isPatienceOver(epoch: number): boolean {
    return this.#best.epoch > 0 && epoch - this.#best.epoch >= this.patience;
  }
}
