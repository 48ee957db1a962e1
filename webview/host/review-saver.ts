/** Sends the review to the editor a moment after the last change, at once when the panel goes out of sight. */
import type { ReviewHistory } from '../../src/shared/review-history';
import type { Review } from '../../src/shared/run';

const delayMs = 150;

/** A review and what can be taken back of it. */
export interface ReviewWithHistory {
  readonly review: Review;
  readonly history: ReviewHistory;
}

export class ReviewSaver {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private waiting: ReviewWithHistory | undefined;
  private sending: ReviewWithHistory | undefined;
  private lastSend: Promise<void> = Promise.resolve();

  constructor(
    private readonly save: (review: Review, history: ReviewHistory) => Promise<void>,
    /** Undefined when it went well. */
    private readonly onResult: (error: unknown) => void,
  ) {}

  /** What is not yet known to be on disk. */
  get unsaved(): ReviewWithHistory | undefined {
    return this.waiting ?? this.sending;
  }

  put(changed: ReviewWithHistory): void {
    this.waiting = changed;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.flush(), delayMs);
  }

  /** Resolves when everything put so far was sent and answered, well or not. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    const changed = this.waiting;
    if (changed) {
      this.waiting = undefined;
      this.sending = changed;
      this.lastSend = this.save(changed.review, changed.history).then(
        () => this.settle(changed, undefined),
        (error: unknown) => {
          this.waiting ??= changed; // goes along with the next change
          this.settle(changed, error);
        },
      );
    }
    await this.lastSend;
  }

  private settle(changed: ReviewWithHistory, error: unknown): void {
    if (this.sending === changed) this.sending = undefined;
    this.onResult(error);
  }
}
