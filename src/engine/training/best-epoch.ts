/** Remembers the best validation loss and says when patience has run out. */
export class BestEpoch {
  #epoch = 0;
  #loss = Infinity;

  constructor(
    private readonly patience: number,
    earlier?: { epoch: number; loss: number },
  ) {
    if (earlier) {
      this.#epoch = earlier.epoch;
      this.#loss = earlier.loss;
    }
  }

  /** From 1; 0 before the first report. */
  get epoch(): number {
    return this.#epoch;
  }

  get loss(): number {
    return this.#loss;
  }

  /** Returns whether this epoch is the best so far. */
  report(epoch: number, loss: number): boolean {
    if (!(loss < this.#loss)) return false;
    this.#epoch = epoch;
    this.#loss = loss;
    return true;
  }

  isPatienceOver(epoch: number): boolean {
    return this.#epoch > 0 && epoch - this.#epoch >= this.patience;
  }
}
