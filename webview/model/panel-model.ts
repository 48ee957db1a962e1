/** Everything the panel knows, and what follows from it. Components read it and are told when it changed. */
import type { PanelState, RunProgress } from '../../src/shared/contracts';
import type { Decision, EpochReport, Review, RunSnapshot } from '../../src/shared/run';
import { compositeScore } from '../../src/shared/score-names';
import type { ThresholdSetting } from '../../src/shared/settings';
import { chooseThreshold } from '../../src/shared/thresholds';
import { countAbove, filterItems, orderByName, orderOfDataSet, searchTest } from './item-list';
import { Memo } from './memo';
import { RankedScores } from './ranked-scores';
import { ReviewBook, type UndoStep } from './review-book';
import { mergeEpochs, sameRanking, withoutNewRanking } from './snapshot-changes';
import { scoreAxis, type ScoreAxis } from './score-axis';
import { initialView, type ViewState } from './view-state';

export interface ItemList {
  /** Image indexes in the order of the grid. */
  readonly items: Uint32Array;
  /** How many of them stand above the threshold line; absent where the order has no such line. */
  readonly above?: number;
}

/** What the panel remembered of the run before it was reloaded. */
export interface Restored {
  readonly view?: ViewState;
  readonly unsaved?: Review;
  readonly history?: readonly UndoStep[];
}

export class PanelModel {
  readonly book = new ReviewBook();
  private readonly listeners = new Set<() => void>();
  private readonly thresholds = new Map<string, Memo<number | undefined>>();
  private readonly itemMemo = new Memo<Uint32Array>();
  private readonly axisMemo = new Memo<ScoreAxis>();
  private readonly lowerCaseMemo = new Memo<readonly string[]>();
  private readonly nameOrderMemo = new Memo<Uint32Array>();
  private readonly orderMemo = new Memo<Uint32Array>();
  private readonly rankings = new WeakMap<Float32Array, RankedScores>();
  private state: PanelState = { sourceName: '' };
  private shown: RunSnapshot | undefined;
  private waiting: RunSnapshot | undefined;
  private currentView: ViewState = initialView;
  private chosen: ReadonlySet<number> = new Set();
  private failure: string | undefined;
  private reviewedHere = false;

  progress: RunProgress | undefined;
  /** False until the editor has answered for the first time. */
  received = false;
  /** Called after each change of the review by the user. */
  onReview: (review: Review) => void = () => undefined;

  /** Returns the function that ends the subscription. */
  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  // ── what the editor said ──

  get sourceName(): string {
    return this.state.sourceName;
  }

  get notice(): PanelState['notice'] {
    return this.state.notice;
  }

  get snapshot(): RunSnapshot | undefined {
    return this.shown;
  }

  /** A newer ranking that waits for the user's consent. */
  get betterRanking(): boolean {
    return this.waiting !== undefined;
  }

  /** A sentence about something the panel itself could not do. */
  get problem(): string | undefined {
    return this.failure;
  }

  set problem(sentence: string | undefined) {
    this.failure = sentence;
    this.changed();
  }

  /** A new state of the editor's. The order stays when the user has begun to review the one that is there. */
  receive(state: PanelState, restored: Restored = {}): void {
    this.state = state;
    this.received = true;
    const { snapshot } = state;
    // The engine is away for a moment: the notice says so, the review stays in sight.
    if (!snapshot && this.shown && state.notice?.level === 'error') {
      this.changed();
      return;
    }
    const sameRun = snapshot !== undefined && snapshot.runFolder === this.shown?.runFolder;
    if (!sameRun) {
      this.progress = undefined;
      this.waiting = undefined;
      this.chosen = new Set();
      const history = restored.history ?? [];
      if (restored.view) this.currentView = restored.view;
      else if (this.shown) this.currentView = { ...this.currentView, focused: -1, anchor: -1, compareOpen: false };
      this.reviewedHere = restored.unsaved !== undefined || history.length > 0;
      this.shown = snapshot;
      if (snapshot) this.book.open(restored.unsaved ?? snapshot.review, snapshot.hashes, history);
    } else if (this.reviewedHere && this.shown && !sameRanking(this.shown, snapshot)) {
      this.waiting = snapshot;
      this.shown = withoutNewRanking(this.shown, snapshot);
    } else {
      this.show(snapshot);
    }
    if (snapshot && snapshot.record.status !== 'running') this.progress = undefined;
    this.changed();
  }

  acceptRanking(): void {
    if (!this.waiting) return;
    this.show(this.waiting);
    this.waiting = undefined;
    this.currentView = { ...this.currentView, focused: -1, anchor: -1 };
    this.changed();
  }

  report(progress: RunProgress): void {
    if (this.shown && progress.runFolder !== this.shown.runFolder) return;
    this.progress = progress;
    this.changed();
  }

  addEpoch(report: EpochReport): void {
    if (!this.shown) return;
    const record = { ...this.shown.record, epochs: mergeEpochs(this.shown.record.epochs, report) };
    this.shown = { ...this.shown, record };
    this.changed();
  }

  private show(snapshot: RunSnapshot): void {
    const review = this.reviewedHere ? { ...this.book.review } : snapshot.review;
    const scoreGone = !(review.score in snapshot.scores) && snapshot.review.score in snapshot.scores;
    const history = this.reviewedHere ? this.book.history : [];
    if (!this.reviewedHere && this.shown && !sameRanking(this.shown, snapshot)) {
      this.currentView = { ...this.currentView, focused: -1, anchor: -1 };
    }
    this.shown = snapshot;
    this.book.open(scoreGone ? { ...review, score: snapshot.review.score } : review, snapshot.hashes, history);
  }

  // ── what follows from it ──

  get review(): Review {
    return this.book.review;
  }

  /** The column that is shown and thresholded. */
  get scoreName(): string {
    const columns = this.shown?.scores ?? {};
    const wished = this.review.score;
    if (wished in columns) return wished;
    return compositeScore in columns ? compositeScore : (Object.keys(columns)[0] ?? wished);
  }

  /** The thresholded column, ranked; undefined before the first ranking. */
  get ranking(): RankedScores | undefined {
    return this.rankingOf(this.scoreName);
  }

  get axis(): ScoreAxis {
    const { ranking } = this;
    return this.axisMemo.get([ranking], () => scoreAxis(ranking?.lowest ?? NaN, ranking?.highest ?? NaN));
  }

  get threshold(): number {
    return this.thresholdOf(this.review.threshold) ?? NaN;
  }

  /** Undefined where the method needs something that this run does not have. */
  thresholdOf(setting: ThresholdSetting): number | undefined {
    const scores = this.ranking?.column;
    const known = this.shown?.knownScores?.[this.scoreName];
    if (setting.method === 'value') return setting.parameter ?? chooseThreshold(setting, { scores: [] }).value;
    if (!scores) return undefined;
    const name = `${setting.method} ${setting.parameter ?? ''}`;
    const memo = this.thresholds.get(name) ?? new Memo();
    this.thresholds.set(name, memo);
    return memo.get([scores, known], () => {
      try {
        return chooseThreshold(setting, known ? { scores, known } : { scores }).value;
      } catch {
        return undefined; // needs labels or known anomalies, or is out of range: the menu leaves it out
      }
    });
  }

  decisionOf(index: number): Decision | undefined {
    return this.book.decisions.get(index);
  }

  /** What the score alone says. */
  isAbove(index: number, threshold = this.threshold): boolean {
    const { ranking } = this;
    if (!ranking) return false;
    const score = ranking.scoreOf(index);
    return Number.isNaN(score) ? this.review.unreadable === 'flag' : score >= threshold;
  }

  isFlagged(index: number): boolean {
    const decision = this.decisionOf(index);
    if (!this.ranking) return decision === 'bad';
    return decision === undefined ? this.isAbove(index) : decision === 'bad';
  }

  /** How many images a threshold flags, decisions included, without going through all of them. */
  flaggedAt(threshold: number): number {
    const { ranking } = this;
    if (!ranking) return 0;
    const withoutScore = this.review.unreadable === 'flag' ? ranking.column.length - ranking.scored : 0;
    let count = ranking.countAtLeast(threshold) + withoutScore;
    for (const [index, decision] of this.book.decisions) {
      count += Number(decision === 'bad') - Number(this.isAbove(index, threshold));
    }
    return count;
  }

  get flagged(): number {
    return this.flaggedAt(this.threshold);
  }

  /** Of the images that the score flags, how many have a decision. */
  get reviewed(): { readonly done: number; readonly total: number } {
    const { ranking, threshold } = this;
    if (!ranking) return { done: 0, total: 0 };
    const withoutScore = this.review.unreadable === 'flag' ? ranking.column.length - ranking.scored : 0;
    let done = 0;
    for (const index of this.book.decisions.keys()) done += Number(this.isAbove(index, threshold));
    return { done, total: ranking.countAtLeast(threshold) + withoutScore };
  }

  get list(): ItemList {
    const { shown, view, ranking } = this;
    if (!shown) return { items: new Uint32Array() };
    const byLine = view.show === 'flagged' || view.show === 'kept';
    const threshold = byLine ? this.threshold : 0;
    const decisions = view.show === 'all' ? undefined : this.review.decisions;
    const needs = [
      shown.paths,
      ranking,
      view.sort,
      view.show,
      view.search,
      threshold,
      decisions,
      this.review.unreadable,
    ];
    const items = this.itemMemo.get(needs, () => this.filteredItems(shown));
    const hasLine = view.sort === 'score' && view.show === 'all';
    return hasLine && ranking && ranking.scored > 0
      ? { items, above: countAbove(items, ranking, this.threshold) }
      : { items };
  }

  // ── what the user does ──

  get view(): ViewState {
    return this.currentView;
  }

  setView(change: Partial<ViewState>): void {
    this.currentView = { ...this.currentView, ...change };
    this.changed();
  }

  get selection(): ReadonlySet<number> {
    return this.chosen;
  }

  select(indexes: Iterable<number>): void {
    this.chosen = new Set(indexes);
    if (this.chosen.size > 0) this.begin();
    this.changed();
  }

  /** From here on a new ranking asks before it replaces this one. */
  begin(): void {
    if (this.ranking) this.reviewedHere = true;
  }

  /** Where the grid stands; nothing else depends on it, so nobody is told. */
  setAnchor(anchor: number): void {
    this.currentView = { ...this.currentView, anchor };
  }

  /** Runs a change of the review and hands the result on to be saved. */
  changeReview(change: (book: ReviewBook) => void): void {
    const before = this.review;
    change(this.book);
    if (this.review === before) return;
    this.begin();
    this.changed();
    this.onReview(this.review);
  }

  undo(): boolean {
    if (this.book.history.length === 0) return false;
    this.changeReview((book) => {
      const step = book.undo();
      if (step?.focus !== undefined) this.currentView = { ...this.currentView, focused: step.focus };
    });
    return true;
  }

  private filteredItems(shown: RunSnapshot): Uint32Array {
    const { show, search } = this.currentView;
    const tests: ((index: number) => boolean)[] = [];
    const found = searchTest(search, () =>
      this.lowerCaseMemo.get([shown.paths], () => shown.paths.map((path) => path.toLowerCase())),
    );
    if (found) tests.push(found);
    const shownOnly = this.showTest(show, shown);
    if (shownOnly) tests.push(shownOnly);
    const order = this.baseOrder(shown);
    return tests.length === 0 ? order : filterItems(order, (index) => tests.every((test) => test(index)));
  }

  private showTest(show: ViewState['show'], shown: RunSnapshot): ((index: number) => boolean) | undefined {
    if (show === 'all') return undefined;
    if (show === 'unreadable') return (index) => index in shown.unreadable;
    if (show === 'left-out') {
      const leftOut = new Set(shown.leftOut);
      return (index) => leftOut.has(index);
    }
    if (show === 'bad' || show === 'good') return (index) => this.decisionOf(index) === show;
    return this.flagTest(show === 'flagged');
  }

  /** Like {@link isFlagged}, with everything looked up beforehand: it runs through all images in each frame of a drag. */
  private flagTest(wanted: boolean): (index: number) => boolean {
    const { ranking, threshold } = this;
    const { decisions } = this.book;
    if (!ranking) return (index) => (decisions.get(index) === 'bad') === wanted;
    const { column } = ranking;
    const withoutScore = this.review.unreadable === 'flag';
    return (index) => {
      const decision = decisions.size === 0 ? undefined : decisions.get(index);
      if (decision !== undefined) return (decision === 'bad') === wanted;
      const score = column[index] ?? NaN;
      return (Number.isNaN(score) ? withoutScore : score >= threshold) === wanted;
    };
  }

  private baseOrder(shown: RunSnapshot): Uint32Array {
    const { sort } = this.currentView;
    const ranking =
      sort === 'score' ? this.ranking : sort.startsWith('score:') ? this.rankingOf(sort.slice(6)) : undefined;
    if (ranking) return ranking.order;
    if (sort === 'name') return this.nameOrderMemo.get([shown.paths], () => orderByName(shown.paths));
    return this.orderMemo.get([shown.paths.length], () => orderOfDataSet(shown.paths.length));
  }

  private rankingOf(name: string): RankedScores | undefined {
    const column = this.shown?.scores[name];
    if (!column || column.length === 0) return undefined;
    const known = this.rankings.get(column) ?? new RankedScores(column);
    this.rankings.set(column, known);
    return known;
  }

  private changed(): void {
    for (const listener of this.listeners) listener();
  }
}
