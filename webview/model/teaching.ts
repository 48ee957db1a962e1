/**
 * What the marks teach: the corrected ranking, asked of the editor after each mark. The images that were in sight stay
 * where they stand; what comes after them is in the new order, until the user wants all of it sorted anew.
 */
import { toErrorReport } from '../../src/shared/errors';
import type { Review, RunSnapshot } from '../../src/shared/run';
import { taughtScore } from '../../src/shared/score-names';
import { keepNewest } from './keep-newest';
import { Memo } from './memo';
import { RankedScores } from '../../src/shared/ranked-scores';

/** Rankings of the last few sets of marks, for undo and redo. For 100,000 images one takes 1.2 MB. */
const longestKept = 8;

/** What it needs of the panel's model. */
export interface TeachingGround {
  readonly snapshot: RunSnapshot | undefined;
  readonly review: Review;
  /** The images of the grid down to the last in view when they stand in the order of the thresholded score, else none. */
  readonly inSight: Uint32Array;
}

export class Teaching {
  private readonly kept = new Map<string, RankedScores>();
  private readonly orderMemo = new Memo<Uint32Array>();
  private readonly keyMemo = new Memo<string>();
  private run: string | undefined;
  private asking = false;
  private failed: string | undefined;
  private shown: RankedScores | undefined;
  private staying: Uint32Array | undefined;

  /** The corrected scores of all images, NaN where unreadable. */
  fetch: (decisions: Review['decisions']) => Promise<Float32Array> = () => Promise.reject(new Error('Not connected.'));
  /** Told why it cannot be learned from the marks. */
  onProblem: (sentence: string) => void = () => undefined;

  constructor(
    private readonly ground: TeachingGround,
    private readonly changed: () => void,
  ) {}

  /** How many decisions there are to learn from, other folders' among them. */
  get marks(): number {
    return Object.keys(this.ground.review.decisions).length;
  }

  /** Undefined unless the review learns, there are marks, and the ranking has come. */
  get ranking(): RankedScores | undefined {
    return this.isWanted ? this.shown : undefined;
  }

  /** Whether the ranking by the newest marks is still on its way. */
  get isBusy(): boolean {
    return this.isWanted && this.failed === undefined && !this.kept.has(this.key);
  }

  /** Whether images stand where they were in sight, and not where they rank now. */
  get isHeld(): boolean {
    return this.ranking !== undefined && this.staying !== undefined;
  }

  /** Grid order by this ranking: with what was in sight first, as it stood, while it is held. */
  orderOf(ranking: RankedScores): Uint32Array {
    const { staying } = this;
    if (staying === undefined || ranking !== this.ranking) return ranking.order;
    return this.orderMemo.get([staying, ranking], () => {
      const order = new Uint32Array(ranking.order.length);
      order.set(staying);
      const isStaying = new Uint8Array(order.length);
      for (const index of staying) isStaying[index] = 1;
      let place = staying.length;
      for (const index of ranking.order) if (isStaying[index] === 0) order[place++] = index;
      return order;
    });
  }

  /** From now on all images stand where they rank. */
  settle(): void {
    this.staying = undefined;
  }

  /** Another run or other scores: what the engine has learned of the marks, when it sent it along. */
  open(runFolder: string | undefined, column: Float32Array | undefined): void {
    this.run = runFolder;
    this.kept.clear();
    this.failed = undefined;
    this.staying = undefined;
    this.shown = column && new RankedScores(column);
    if (this.shown && this.isWanted) this.kept.set(this.key, this.shown);
    this.follow();
  }

  /** After each change of the review: what is wanted and not here is asked for. */
  follow(): void {
    if (!this.isWanted) {
      this.shown = undefined;
      this.staying = undefined;
      return;
    }
    const known = this.kept.get(this.key);
    if (known) this.show(known);
    else if (!this.asking && this.failed !== this.key) void this.ask();
  }

  private get isWanted(): boolean {
    const { snapshot, review } = this.ground;
    // While it is scored there is nothing to learn from yet.
    const isScored = snapshot !== undefined && snapshot.record.status !== 'running';
    return review.learn === true && this.marks > 0 && isScored && Object.keys(snapshot.scores).length > 0;
  }

  /** The decisions' object is replaced with each change, but undo brings the same ones back in another object. */
  private get key(): string {
    const { decisions } = this.ground.review;
    return this.keyMemo.get([decisions], () =>
      Object.entries(decisions)
        .map(([hash, decision]) => `${hash} ${decision}`)
        .sort()
        .join('\n'),
    );
  }

  private show(ranking: RankedScores): void {
    if (ranking === this.shown) return;
    const { inSight } = this.ground;
    this.staying = inSight.length > 0 ? inSight.slice() : undefined;
    this.shown = ranking;
  }

  /** One question at a time; marks that were made meanwhile are the next. */
  private async ask(): Promise<void> {
    const { key, run } = this;
    this.asking = true;
    try {
      const ranking = new RankedScores(await this.fetch(this.ground.review.decisions));
      if (run !== this.run) return;
      keepNewest(this.kept, key, ranking, longestKept);
      this.failed = undefined;
    } catch (error) {
      if (run !== this.run) return;
      this.failed = key;
      this.onProblem(toErrorReport(error).message);
    } finally {
      this.asking = false;
      this.follow();
      this.changed();
    }
  }
}

/** The snapshot without the column that the review's marks make, which is kept by itself, and that column. */
export function apartFromTaught(snapshot: RunSnapshot): { snapshot: RunSnapshot; taught: Float32Array | undefined } {
  const { [taughtScore]: taught, ...scores } = snapshot.scores;
  return { snapshot: taught ? { ...snapshot, scores } : snapshot, taught };
}
