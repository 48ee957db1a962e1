/** Sends the review to the editor a moment after the last change, at once when the panel goes out of sight. */
import type { Review } from '../../src/shared/run';

const delayMs = 150;

export class ReviewSaver {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private waiting: Review | undefined;
  private sending: Review | undefined;
  private lastSend: Promise<void> = Promise.resolve();

  constructor(
    private readonly save: (review: Review) => Promise<void>,
    /** Undefined when it went well. */
    private readonly onResult: (error: unknown) => void,
  ) {}

  /** What is not yet known to be on disk. */
  get unsaved(): Review | undefined {
    return this.waiting ?? this.sending;
  }

  put(review: Review): void {
    this.waiting = review;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.flush(), delayMs);
  }

  /** Resolves when everything put so far was sent and answered, well or not. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    const review = this.waiting;
    if (review) {
      this.waiting = undefined;
      this.sending = review;
      this.lastSend = this.save(review).then(
        () => this.settle(review, undefined),
        (error: unknown) => {
          this.waiting ??= review; // goes along with the next change
          this.settle(review, error);
        },
      );
    }
    await this.lastSend;
  }

  private settle(review: Review, error: unknown): void {
    if (this.sending === review) this.sending = undefined;
    this.onResult(error);
  }
}
