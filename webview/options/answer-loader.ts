/** Asks for what follows from the form: a moment after the last change, one request at a time, the newest wins. */
import { toErrorReport } from '../../src/shared/errors';
import type { ScanRequest } from '../../src/shared/settings';

export interface AnswerLoaderOptions<Answer> {
  readonly fetch: (request: ScanRequest) => Promise<Answer>;
  /** What of a request the answer depends on. */
  readonly keyOf: (request: ScanRequest) => string;
  readonly onChange: () => void;
  readonly settleMs: number;
  /** Nobody needs any more what is being fetched; absent: it comes and is dropped. */
  readonly cancel?: () => void;
}

export class AnswerLoader<Answer> {
  /** The last one; of an earlier request while it is {@link busy}. */
  answer: Answer | undefined;
  problem: string | undefined;
  /** What is shown is not yet, or no longer, that of the request. */
  busy = false;
  private wanted: ScanRequest | undefined;
  private asked: ScanRequest | undefined;
  private shown = '';
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly options: AnswerLoaderOptions<Answer>) {}

  /** Asks for the answer to `request` unless it is there. */
  want(request: ScanRequest): void {
    const { keyOf, settleMs } = this.options;
    const key = keyOf(request);
    if (this.wanted ? keyOf(this.wanted) === key : this.shown === key) return;
    this.wanted = request;
    this.busy = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.ask(), settleMs);
    this.dropStale(key);
  }

  /** Nothing is to be shown any more; what is under way is dropped when it comes. */
  forget(): void {
    clearTimeout(this.timer);
    this.wanted = undefined;
    this.busy = this.asked !== undefined;
    this.dropStale(undefined);
  }

  private dropStale(key: string | undefined): void {
    if (this.asked && this.options.keyOf(this.asked) !== key) this.options.cancel?.();
  }

  private async ask(): Promise<void> {
    const request = this.wanted;
    if (!request || this.asked) return; // the answer under way asks again
    const { fetch, keyOf, onChange } = this.options;
    this.asked = request;
    onChange();
    const outcome = await fetch(request).then(
      (answer) => ({ answer, problem: undefined }),
      (error: unknown) => ({ answer: undefined, problem: toErrorReport(error).message }),
    );
    this.asked = undefined;
    if (this.wanted === request) {
      this.wanted = undefined;
      this.busy = false;
      this.shown = keyOf(request);
      this.answer = outcome.answer;
      this.problem = outcome.problem;
    } else if (this.wanted) {
      clearTimeout(this.timer);
      void this.ask();
    } else this.busy = false;
    onChange();
  }
}
