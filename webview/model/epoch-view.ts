/**
 * The ranking as it was after one epoch: a way to look at the images that changes neither the review nor what is
 * exported. Losses are asked of the editor when they are wanted; the last few rankings are kept for going back and forth.
 */
import { toErrorReport } from '../../src/shared/errors';
import type { EpochReport, RunSnapshot } from '../../src/shared/run';
import { robustZ } from '../../src/shared/statistics';
import { keepNewest } from './keep-newest';
import { Memo } from './memo';
import { RankedScores } from '../../src/shared/ranked-scores';
import { scoreAxis, type ScoreAxis } from './score-axis';
import type { ViewState } from './view-state';

const prefix = 'epoch:';
/** For 100,000 images one takes 1.2 MB. */
const longestKept = 12;

/** What it needs of the panel's model. */
export interface EpochGround {
  readonly snapshot: RunSnapshot | undefined;
  readonly view: ViewState;
  setView(change: Partial<ViewState>): void;
}

export class EpochView {
  private readonly kept = new Map<string, RankedScores>();
  private readonly rankedMemo = new Memo<readonly EpochReport[]>();
  private readonly axisMemo = new Memo<ScoreAxis>();
  private run: string | undefined;
  private sortBefore = 'score';
  private asked: EpochReport | undefined;
  private failure: { readonly epoch: number; readonly sentence: string } | undefined;

  /** Losses of all images after an epoch, NaN where unreadable. */
  fetch: (epoch: number) => Promise<Float32Array> = () => Promise.reject(new Error('Not connected.'));

  constructor(
    private readonly ground: EpochGround,
    private readonly changed: () => void,
  ) {}

  /** Epochs after which all images were ranked. */
  get ranked(): readonly EpochReport[] {
    const epochs = this.ground.snapshot?.record.epochs ?? [];
    return this.rankedMemo.get([epochs], () => epochs.filter((report) => report.scoredSeparation !== undefined));
  }

  /** The epoch whose ranking is wanted: in sight, or on its way. */
  get epoch(): number | undefined {
    return epochOfSort(this.ground.view.sort);
  }

  get report(): EpochReport | undefined {
    const { epoch } = this;
    return epoch === undefined ? undefined : this.ranked.find((report) => report.epoch === epoch);
  }

  /** Of robust z of the losses; undefined unless an epoch's ranking is in sight. */
  get ranking(): RankedScores | undefined {
    const { report } = this;
    return report && this.kept.get(nameOf(report));
  }

  get axis(): ScoreAxis {
    const { ranking } = this;
    return this.axisMemo.get([ranking], () => scoreAxis(ranking?.lowest ?? NaN, ranking?.highest ?? NaN));
  }

  /** Why the wanted ranking could not be had. */
  get problem(): string | undefined {
    return this.failure?.epoch === this.epoch ? this.failure?.sentence : undefined;
  }

  /** The ranked epoch after which the tail of the losses stood out most. */
  get standsOutMost(): EpochReport | undefined {
    return this.ranked.reduce<EpochReport | undefined>(
      (most, report) => ((report.scoredSeparation ?? NaN) > (most?.scoredSeparation ?? -Infinity) ? report : most),
      undefined,
    );
  }

  /** Shows the ranking after a ranked epoch, in place of the order there is. */
  open(epoch: number): void {
    if (!this.ranked.some((report) => report.epoch === epoch)) return;
    if (this.epoch === undefined) this.sortBefore = this.ground.view.sort;
    this.failure = undefined;
    this.ground.setView({ sort: `${prefix}${epoch}` });
    const { report, ranking } = this;
    if (report && ranking) keepNewest(this.kept, nameOf(report), ranking, longestKept);
    this.follow();
  }

  /** To the next ranked epoch, or the one before; from the review's ranking to the last epoch. */
  step(by: 1 | -1): void {
    const { epoch, ranked } = this;
    const next =
      epoch === undefined
        ? ranked.at(-1)
        : by > 0
          ? ranked.find((report) => report.epoch > epoch)
          : ranked.findLast((report) => report.epoch < epoch);
    if (next) this.open(next.epoch);
  }

  /** Back to the order that was there before. */
  close(): void {
    if (this.epoch !== undefined) this.ground.setView({ sort: this.sortBefore });
  }

  /** After another state of the run: what is gone is let go, what is wanted and not here is asked for. */
  follow(): void {
    const { snapshot } = this.ground;
    if (snapshot?.runFolder !== this.run) {
      // What a reload brought back stays wanted; an epoch of one run is not meant of another.
      if (this.run !== undefined) this.close();
      this.run = snapshot?.runFolder;
      this.kept.clear();
      this.asked = undefined;
      this.failure = undefined;
    }
    if (this.epoch === undefined) return;
    const { report } = this;
    if (!report) {
      // Reports may still come while it trains; else this epoch was never ranked.
      if (snapshot && snapshot.record.status !== 'running') this.close();
    } else if (!this.ranking && this.problem === undefined && this.asked?.epoch !== report.epoch) {
      void this.ask(report);
    }
  }

  private async ask(report: EpochReport): Promise<void> {
    this.asked = report;
    const { run } = this;
    try {
      const losses = await this.fetch(report.epoch);
      if (run !== this.run) return;
      keepNewest(this.kept, nameOf(report), new RankedScores(robustZ(losses).z), longestKept);
    } catch (error) {
      if (run === this.run && this.epoch === report.epoch) {
        this.failure = { epoch: report.epoch, sentence: toErrorReport(error).message };
      }
    } finally {
      if (this.asked === report) this.asked = undefined;
      this.changed();
    }
  }
}

/** Undefined for any other order. */
export function epochOfSort(sort: string): number | undefined {
  const epoch = sort.startsWith(prefix) ? Number(sort.slice(prefix.length)) : NaN;
  return Number.isInteger(epoch) ? epoch : undefined;
}

/** An epoch that was trained again (after a resume) has other losses. */
function nameOf({ epoch, trainLoss, scoredSeparation }: EpochReport): string {
  return `${epoch} ${trainLoss} ${scoredSeparation ?? ''}`;
}
