/** Fetches the samples of training images: a moment after the last change, one request at a time, the newest wins. */
import type { TrainingSample } from '../../src/shared/contracts';
import { toErrorReport } from '../../src/shared/errors';
import type { ScanRequest } from '../../src/shared/settings';

const settleMs = 350;

export class PreviewLoader {
  samples: readonly TrainingSample[] = [];
  problem: string | undefined;
  /** What is shown is not yet, or no longer, that of the request. */
  busy = false;
  private wanted: ScanRequest | undefined;
  private shown = '';
  private asking = false;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly fetch: (request: ScanRequest) => Promise<readonly TrainingSample[]>,
    private readonly onChange: () => void,
  ) {}

  /** Asks for the samples of `request` unless it has them. */
  want(request: ScanRequest): void {
    const key = keyOf(request);
    if (this.wanted ? keyOf(this.wanted) === key : this.shown === key) return;
    this.wanted = request;
    this.busy = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.ask(), settleMs);
  }

  /** Nothing is to be shown any more; what is under way is dropped when it comes. */
  forget(): void {
    clearTimeout(this.timer);
    this.wanted = undefined;
    this.busy = this.asking;
  }

  private async ask(): Promise<void> {
    const request = this.wanted;
    if (!request || this.asking) return; // the answer under way asks again
    this.asking = true;
    this.onChange();
    const outcome = await this.fetch(request).then(
      (samples) => ({ samples, problem: undefined }),
      (error: unknown) => ({ samples: [], problem: toErrorReport(error).message }),
    );
    this.asking = false;
    if (this.wanted === request) {
      this.wanted = undefined;
      this.busy = false;
      this.shown = keyOf(request);
      this.samples = outcome.samples;
      this.problem = outcome.problem;
    } else if (this.wanted) {
      clearTimeout(this.timer);
      void this.ask();
    } else this.busy = false;
    this.onChange();
  }
}

/** What of a request the samples depend on, or whether there can be any. */
function keyOf({ source, trainOn, settings }: ScanRequest): string {
  const { preset, modelFile, imageSize, latent, resize, color, roi, arrayLayout, arrayRange } = settings;
  const seen = { preset, modelFile, imageSize, latent, resize, color, roi, arrayLayout, arrayRange };
  const { augment, denoise, seed } = settings;
  return JSON.stringify({ source, trainOn, ...seen, augment, denoise, seed });
}
