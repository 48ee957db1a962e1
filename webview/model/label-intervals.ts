/** How sure AUROC and average precision are: drawn again a thousand times, in slices that leave the page its frames. */
import { rankingIntervals, type RankingIntervals } from '../../src/shared/bootstrap';
import type { Labels } from './label-counts';
import type { RankedScores } from '../../src/shared/ranked-scores';

const sliceMs = 6;

export class LabelIntervals {
  private of: readonly [RankedScores, Labels] | undefined;
  private found: RankingIntervals | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** @param onFound called when the intervals of the last {@link get} are there */
  constructor(private readonly onFound: () => void) {}

  /** Undefined until they are drawn, and where a class is missing. */
  get(ranking: RankedScores, labels: Labels): RankingIntervals | undefined {
    if (this.of?.[0] === ranking && this.of[1] === labels) return this.found;
    this.stop();
    this.of = [ranking, labels];
    const steps = rankingIntervals(ranking.column, labels);
    const slice = (): void => {
      const end = performance.now() + sliceMs;
      for (;;) {
        const step = steps.next();
        if (step.done === true) {
          this.found = step.value;
          if (step.value) this.onFound();
          return;
        }
        if (performance.now() > end) break;
      }
      this.timer = setTimeout(slice);
    };
    this.timer = setTimeout(slice);
    return undefined;
  }

  stop(): void {
    clearTimeout(this.timer);
    this.of = undefined;
    this.found = undefined;
  }
}
