/** Sends the review to the editor a moment after the last change, at once when the panel goes out of sight. */
import type { ReviewHistory } from '../../src/shared/review-history';
import type { Review } from '../../src/shared/run';

const delayMs = 150;

/** The review of a run and what can be taken back of it. */
export interface ChangedReview {
  readonly runFolder: string;
  readonly review: Review;
  readonly history: ReviewHistory;
}

export class ReviewSaver {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private waiting: ChangedReview | undefined;
  private sending: ChangedReview | undefined;
  private lastSend: Promise<void> = Promise.resolve();

  constructor(
    /** `sent`: what was sent of the same run before it and is not answered yet. Resolves to what is on disk then. */
    private readonly save: (changed: ChangedReview, sent: Review | undefined) => Promise<Review>,
    private readonly onSaved: (changed: ChangedReview, onDisk: Review) => void,
    private readonly onProblem: (error: unknown) => void,
  ) {}

  /** What is not yet known to be on disk. */
  get unsaved(): ChangedReview | undefined {
    return this.waiting ?? this.sending;
  }

  /** What was sent last, as long as it is not answered: the file may say it already, or not yet. */
  get sent(): ChangedReview | undefined {
    return this.sending;
  }

  put(changed: ChangedReview): void {
    this.waiting = changed;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.flush(), delayMs);
  }

  /** Resolves when everything put so far was sent and answered, well or not. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    const changed = this.waiting;
    if (changed) {
      const sent = this.sending?.runFolder === changed.runFolder ? this.sending.review : undefined;
      this.waiting = undefined;
      this.sending = changed;
      this.lastSend = this.save(changed, sent).then(
        (onDisk) => {
          this.settle(changed);
          this.onSaved(changed, onDisk);
        },
        (error: unknown) => {
          this.waiting ??= changed; // goes along with the next change
          this.settle(changed);
          this.onProblem(error);
        },
      );
    }
    await this.lastSend;
  }

  private settle(changed: ChangedReview): void {
    if (this.sending === changed) this.sending = undefined;
  }
}
