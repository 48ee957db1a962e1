/** Everything the panel knows, and what follows from it. Components read it and are told when it changed. */
import type { PanelState, RunProgress } from '../../src/shared/contracts';
import type { RealEstimate } from '../../src/shared/real-estimate';
import { noHistory, type ReviewHistory } from '../../src/shared/review-history';
import { isSameReview, mergeReviews } from '../../src/shared/review-merge';
import type { Decision, EpochReport, Review, RunSnapshot } from '../../src/shared/run';
import { untaughtScores } from '../../src/shared/judgement';
import { compositeScore, taughtScore } from '../../src/shared/score-names';
import type { ThresholdSetting } from '../../src/shared/settings';
import type { ThresholdInput } from '../../src/shared/thresholds';
import { EpochView } from './epoch-view';
import { countFlagged, countReviewed, isAboveLine, ThresholdLines, type Judged } from './flag-counts';
import { GroupView } from './group-view';
import type { ImageFilters } from './image-filters';
import { ImageList, type ItemList } from './image-list';
import { hasLabels, LabelCounts, type Labels } from './label-counts';
import { MapView } from './map-view';
import { Memo } from './memo';
import { RankedScores } from '../../src/shared/ranked-scores';
import { emptyReview, ReviewBook } from './review-book';
import { mergeEpochs, sameRanking, withoutNewRanking } from './snapshot-changes';
import { scoreAxis, type ScoreAxis } from './score-axis';
import { apartFromTaught, Teaching } from './teaching';
import { ThresholdInsight } from './threshold-insight';
import { initialMap, initialView, noFilters, sameQuery, type MapState, type ViewState } from './view-state';

/** A review that was not on disk when the panel went away. */
export interface UnsavedReview {
  readonly review: Review;
  /** What can be taken back of it. */
  readonly history: ReviewHistory;
  /** What was on disk by then, or on its way there. */
  readonly before?: Review;
}

/** What the panel remembered of the run before it was reloaded. */
export interface Restored {
  readonly view?: ViewState;
  readonly unsaved?: UnsavedReview;
}

export class PanelModel {
  readonly book = new ReviewBook();
  readonly epochs: EpochView = new EpochView(this, () => this.changed());
  readonly teaching: Teaching = new Teaching(this, () => this.changed());
  readonly groupView: GroupView = new GroupView(this, () => this.changed());
  readonly mapView: MapView = new MapView(this, () => this.changed());
  readonly labelCounts = new LabelCounts();
  private readonly listeners = new Set<() => void>();
  private readonly lines = new ThresholdLines();
  private readonly insight = new ThresholdInsight();
  private readonly images = new ImageList(this);
  private readonly axisMemo = new Memo<ScoreAxis>();
  private readonly labelsMemo = new Memo<Labels | undefined>();
  private readonly rankings = new WeakMap<Float32Array, RankedScores>();
  private state: PanelState = { sourceName: '' };
  private shown: RunSnapshot | undefined;
  private waiting: RunSnapshot | undefined;
  private currentView: ViewState = initialView;
  private chosen: ReadonlySet<number> = new Set();
  private failure: string | undefined;
  private reviewedHere = false;
  /** How often the run had been scored when the user asked to score it anew. */
  private askedAfter: number | undefined;
  private seen = 0;

  progress: RunProgress | undefined;
  /** False until the editor has answered for the first time. */
  received = false;
  /** What the run's review file said when it was heard of last. */
  savedReview: Review = emptyReview;
  /** Called after each change of the review by the user. */
  onReview: () => void = () => undefined;

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
    const { snapshot, taught } = state.snapshot ? apartFromTaught(state.snapshot) : {};
    // The engine is away for a moment: the notice says so, the review stays in sight.
    if (!snapshot && this.shown && state.notice?.level === 'error') {
      this.changed();
      return;
    }
    const sameRun = snapshot !== undefined && snapshot.runFolder === this.shown?.runFolder;
    if (sameRun) this.join(snapshot.review, this.savedReview);
    if (!sameRun) {
      this.progress = undefined;
      this.waiting = undefined;
      this.askedAfter = undefined;
      this.chosen = new Set();
      const history = restored.unsaved?.history ?? snapshot?.history ?? noHistory;
      if (restored.view) this.currentView = restored.view;
      else if (this.shown) this.currentView = { ...this.currentView, focused: -1, anchor: -1, compareOpen: false };
      this.reviewedHere = restored.unsaved !== undefined || history.done.length + history.undone.length > 0;
      this.shown = snapshot;
      if (snapshot) {
        const { unsaved } = restored;
        const { review, hashes } = snapshot;
        this.savedReview = review;
        this.book.open(
          unsaved ? mergeReviews(unsaved.before ?? review, unsaved.review, review) : review,
          hashes,
          history,
        );
      }
      this.teaching.open(snapshot?.runFolder, restored.unsaved ? undefined : taught);
    } else if (this.isAskedFor(snapshot)) {
      this.askedAfter = undefined;
      this.waiting = snapshot;
      this.acceptRanking();
    } else if (this.reviewedHere && this.shown && !sameRanking(this.shown, snapshot)) {
      this.waiting = snapshot;
      this.shown = withoutNewRanking(this.shown, snapshot);
    } else {
      const isNew = this.shown === undefined || !sameRanking(this.shown, snapshot);
      this.show(snapshot);
      if (isNew) this.teaching.open(snapshot.runFolder, this.reviewedHere ? undefined : taught);
      else this.teaching.follow();
    }
    if (snapshot && snapshot.record.status !== 'running') this.progress = undefined;
    this.epochs.follow();
    this.groupView.follow();
    this.mapView.follow();
    this.changed();
  }

  /**
   * What the review file says now that `sent` was written: what others said joins what was said here, and what was
   * taken back here since it was sent stays taken back.
   */
  hear(onDisk: Review, sent: Review): void {
    if (!this.join(onDisk, sent)) return;
    this.teaching.follow();
    this.groupView.follow();
    this.changed();
  }

  /** Whether that changes anything here. @param before what the file was known to say, or was told to */
  private join(onDisk: Review, before: Review): boolean {
    const merged = mergeReviews(before, this.review, onDisk);
    this.savedReview = onDisk;
    if (isSameReview(merged, this.review)) return false;
    this.book.open(merged, this.shown?.hashes ?? [], this.book.history);
    return true;
  }

  /** The user scores the run anew: that ranking is shown as soon as it comes. */
  awaitNewScores(): void {
    this.askedAfter = this.shown?.record.rescored ?? 0;
  }

  private isAskedFor({ record }: RunSnapshot): boolean {
    return this.askedAfter !== undefined && (record.rescored ?? 0) > this.askedAfter;
  }

  acceptRanking(): void {
    if (!this.waiting) return;
    this.show(this.waiting);
    this.teaching.open(this.waiting.runFolder, undefined);
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
    this.epochs.follow();
    this.changed();
  }

  private show(snapshot: RunSnapshot): void {
    const review = this.reviewedHere ? { ...this.book.review } : snapshot.review;
    const isThere = (score: string) => score in snapshot.scores || score === taughtScore;
    const scoreGone = !isThere(review.score) && isThere(snapshot.review.score);
    const history = this.reviewedHere ? this.book.history : (snapshot.history ?? noHistory);
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
    if (wished in columns || (wished === taughtScore && this.teaching.ranking)) return wished;
    return compositeScore in columns ? compositeScore : (Object.keys(columns)[0] ?? wished);
  }

  /** Columns that can be shown, in the order of menus. */
  get scoreNames(): readonly string[] {
    const names = Object.keys(this.shown?.scores ?? {});
    return this.teaching.ranking ? [taughtScore, ...names] : names;
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
    return this.lines.of(setting, this.thresholdEvidence);
  }

  /** Why the line of `setting` lies where it lies; empty where there is none. */
  reasonOf(setting: ThresholdSetting): string {
    const { scores, ...evidence } = this.thresholdEvidence;
    const value = this.thresholdOf(setting);
    const isThere = scores !== undefined && value !== undefined;
    return isThere ? this.insight.reason(setting, value, { scores, ...evidence }) : '';
  }

  /** How many of the images that `threshold` flags are odd; undefined where the scores do not tell. */
  estimateAt(threshold: number): RealEstimate | undefined {
    return this.judged && this.insight.estimate(this.judged, this.thresholdEvidence.usual, threshold);
  }

  private get thresholdEvidence(): Partial<ThresholdInput> {
    const scores = this.ranking?.column;
    const { known, labels } = this;
    const normals = this.shown?.usualScores?.[this.scoreName];
    const usualOf = (column: string) => this.shown?.record.scores.find(({ name }) => name === column)?.usual;
    const usual = usualOf(this.scoreName);
    const untaught =
      this.shown && this.scoreName === taughtScore
        ? untaughtScores(this.shown.scores, usualOf(compositeScore))
        : undefined;
    return {
      ...(scores && { scores }),
      ...(untaught && { untaught }),
      ...(known && { known }),
      ...(normals && { normals }),
      ...(labels && { labels }),
      ...(usual && { usual }),
    };
  }

  /** The shown score of the known anomalies, where some were given. */
  get known(): Float32Array | undefined {
    return this.shown?.knownScores?.[this.scoreName];
  }

  /** By index; absent unless some image has one. */
  get labels(): Labels | undefined {
    const labels = this.shown?.labels;
    return this.labelsMemo.get([labels], () => (hasLabels(labels) ? labels : undefined));
  }

  decisionOf(index: number): Decision | undefined {
    return this.book.decisions.get(index);
  }

  /** What the score alone says. */
  isAbove(index: number, threshold = this.threshold): boolean {
    const { judged } = this;
    return judged !== undefined && isAboveLine(judged, index, threshold);
  }

  isFlagged(index: number): boolean {
    const decision = this.decisionOf(index);
    if (!this.ranking) return decision === 'bad';
    return decision === undefined ? this.isAbove(index) : decision === 'bad';
  }

  /** The ranked scores and what the review adds to them; undefined before the first ranking. */
  get judged(): Judged | undefined {
    const { ranking } = this;
    return ranking && { ranking, decisions: this.book.decisions, unreadable: this.review.unreadable };
  }

  /** How many images a threshold flags, decisions included. */
  flaggedAt(threshold: number): number {
    return this.judged ? countFlagged(this.judged, threshold) : 0;
  }

  get flaggedIndexes(): number[] {
    return [...(this.ranking?.order ?? [])].filter((index) => this.isFlagged(index));
  }

  get flagged(): number {
    return this.flaggedAt(this.threshold);
  }

  /** How many images have a decision, of those and the others that the score flags. */
  get reviewed(): { readonly done: number; readonly total: number } {
    return this.judged ? countReviewed(this.judged, this.threshold) : { done: 0, total: 0 };
  }

  get filters(): ImageFilters {
    return this.images.filters;
  }

  get list(): ItemList {
    return this.images.list;
  }

  // ── what the user does ──

  get view(): ViewState {
    return this.currentView;
  }

  setView(change: Partial<ViewState>): void {
    const before = this.currentView;
    const view = { ...before, ...change };
    this.currentView = view;
    this.mapView.follow();
    // What stayed in sight was in sight in another list.
    if (!sameQuery(view, before)) this.teaching.settle();
    this.changed();
  }

  /** All images, in the order there is. */
  clearFilters(): void {
    this.groupView.close();
    this.setView(noFilters);
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

  /** What of the map is in view; nothing else depends on it, so nobody is told. */
  setMapPlace(place: Pick<MapState, 'x' | 'y' | 'zoom'>): void {
    this.currentView = { ...this.currentView, map: { ...initialMap, ...this.currentView.map, ...place } };
  }

  /** How many of the grid's images have been in view down to the lower edge; nothing else depends on it. */
  setSeen(count: number): void {
    this.seen = count;
  }

  get inSight(): Uint32Array {
    return this.currentView.sort === 'score' && this.epochs.epoch === undefined
      ? this.list.items.subarray(0, this.seen)
      : new Uint32Array();
  }

  /** All images where they rank now, from the first on. */
  sortAnew(): void {
    this.teaching.settle();
    this.setView({ focused: this.list.items[0] ?? -1, anchor: -1 });
  }

  /** Runs a change of the review and hands the result on to be saved. */
  changeReview(change: (book: ReviewBook) => void): void {
    const before = this.review;
    change(this.book);
    if (this.review === before) return;
    this.begin();
    this.teaching.follow();
    this.changed();
    this.onReview();
  }

  undo(): boolean {
    if (this.book.history.done.length === 0) return false;
    this.changeReview((book) => {
      const step = book.undo();
      if (step?.focus !== undefined) this.currentView = { ...this.currentView, focused: step.focus };
    });
    return true;
  }

  redo(): boolean {
    if (this.book.history.undone.length === 0) return false;
    this.changeReview((book) => {
      const step = book.redo();
      if (step?.focus !== undefined) this.currentView = { ...this.currentView, focused: step.focus };
    });
    return true;
  }

  /** A column, ranked; undefined where there is none of this name. */
  rankingOf(name: string): RankedScores | undefined {
    if (name === taughtScore) return this.teaching.ranking;
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
