/** Keeps the model and the editor in step: states in, reviews and wishes out, the view remembered. */
import * as l10n from '@vscode/l10n';
import type {
  AreaOffer,
  LatentComparison,
  LatentEdit,
  MeanPictures,
  PanelApi,
  PanelCommand,
  PanelComparison,
  PanelState,
} from '../../src/shared/contracts';
import { toErrorReport } from '../../src/shared/errors';
import { isSameReview } from '../../src/shared/review-merge';
import type { Review } from '../../src/shared/run';
import type { PanelModel } from '../model/panel-model';
import type { PanelAction } from '../panel/action-event';
import { connectEditor, type Editor } from './editor';
import { type ChangedReview, ReviewSaver } from './review-saver';
import { makeSavedState, readSavedState } from './saved-state';
import type { UnsavedReview } from '../model/panel-model';
import { ThumbnailStore } from './thumbnail-store';

/** Scrolling writes the state often; the editor stores it some seconds later anyway. */
const rememberAfterMs = 200;

export class EditorSession {
  readonly thumbnails: ThumbnailStore;
  private readonly editor: Editor;
  private readonly saver: ReviewSaver;
  private rememberTimer: ReturnType<typeof setTimeout> | undefined;
  private shownRun: string | undefined;
  private saveProblem: string | undefined;

  constructor(
    private readonly model: PanelModel,
    onThumbnails: () => void,
    onCommand: (name: PanelCommand) => void,
  ) {
    const panel: PanelApi = {
      update: (state) => this.receive(state),
      progress: (event) => model.report(event),
      epoch: (report) => model.addEpoch(report),
      command: onCommand,
    };
    this.editor = connectEditor(panel);
    this.thumbnails = new ThumbnailStore(
      (indexes) => this.editor.host.thumbnails(indexes),
      onThumbnails,
      (error) => toErrorReport(error).message,
    );
    this.saver = new ReviewSaver(
      ({ runFolder, review, history }, sent) =>
        this.editor.host.saveReview(runFolder, review, history, sent ?? model.savedReview),
      (changed, onDisk) => this.onSaved(changed, onDisk),
      (error) => this.onSaveProblem(error),
    );
    model.epochs.fetch = (epoch) => this.editor.host.epochScores(epoch);
    model.teaching.fetch = (decisions) => this.editor.host.teach(decisions);
    model.groupView.fetch = (indexes) => this.editor.host.groups(indexes);
    model.groupView.onProblem = (sentence) => (model.problem = sentence);
    model.mapView.fetch = (method) => this.editor.host.imageMap(method);
    model.teaching.onProblem = (sentence) => {
      model.changeReview((book) => book.setLearn(false));
      model.problem = sentence;
    };
    model.onReview = () => {
      this.putReview();
      this.rememberNow();
    };
  }

  start(): void {
    document.addEventListener('visibilitychange', this.onLeave);
    window.addEventListener('pagehide', this.onLeave);
    this.editor.host.ready().then(
      (state) => this.receive(state),
      (error: unknown) => {
        const text = toErrorReport(error).message;
        this.receive({ sourceName: this.model.sourceName, notice: { level: 'error', text } });
      },
    );
  }

  stop(): void {
    document.removeEventListener('visibilitychange', this.onLeave);
    window.removeEventListener('pagehide', this.onLeave);
    this.onLeave();
    this.editor.close();
  }

  readonly fetchComparison = (index: number): Promise<PanelComparison> => this.editor.host.compare(index);

  readonly fetchNearest = (index: number): Promise<readonly number[]> => this.editor.host.nearest(index);

  readonly editLatent = (index: number, edits: readonly LatentEdit[]): Promise<LatentComparison> =>
    this.editor.host.latentEdit(index, edits);

  readonly fetchMeanPictures = (): Promise<MeanPictures> => this.editor.host.meanPictures();

  readonly fetchAreaOffer = (): Promise<AreaOffer | undefined> => this.editor.host.areaOffer();

  /** Does what only the editor can do; what goes wrong is shown in the panel. */
  async act(action: PanelAction): Promise<void> {
    this.model.problem = undefined;
    try {
      await this.ask(action);
    } catch (error) {
      const { code, message } = toErrorReport(error);
      if (code !== 'cancelled') this.model.problem = message;
    }
  }

  private async ask(action: PanelAction): Promise<void> {
    const { host } = this.editor;
    switch (action.type) {
      case 'export':
        await this.settle();
        await host.exportRun(action.format);
        break;
      case 'copyFlagged':
        await this.settle();
        await host.copyFlaggedPaths();
        break;
      case 'moveFlagged':
        await this.settle();
        await host.moveFlagged();
        break;
      case 'rescan':
        await this.saver.flush();
        await host.rescan(action.areas);
        break;
      case 'rescore':
        await this.saver.flush();
        this.model.awaitNewScores();
        await host.rescore(action.areas);
        break;
      case 'resume':
        await host.resume();
        break;
      case 'stop':
        await host.stop(action.how);
        break;
      case 'open':
        await host.openImage(action.index);
        break;
      case 'openBeside':
        await host.openImage(action.index, true);
        break;
      case 'copyPaths':
        await host.copyPaths(action.indexes);
        break;
      case 'reveal':
        await host.reveal(action.index);
        break;
      case 'saveLatent':
        await host.saveLatentPicture(action.index, action.edits);
        break;
      default: // the panel does the others itself
    }
  }

  /** Remembers the view a moment later. */
  remember(): void {
    clearTimeout(this.rememberTimer);
    this.rememberTimer = setTimeout(() => this.rememberNow(), rememberAfterMs);
  }

  /** What leaves must be what is on the screen: the newest ranking, and every decision saved. */
  private async settle(): Promise<void> {
    this.model.acceptRanking();
    await this.saver.flush();
  }

  private receive(state: PanelState): void {
    const { snapshot } = state;
    const newRun = snapshot !== undefined && snapshot.runFolder !== this.shownRun;
    if (newRun) {
      void this.saver.flush(); // of the run before it
      this.thumbnails.clear();
      const saved = this.shownRun === undefined ? readSavedState(this.editor.frame.getState()) : undefined;
      this.shownRun = snapshot.runFolder;
      if (saved?.runFolder === snapshot.runFolder) {
        const { view, unsaved } = saved;
        this.model.receive(state, { view, ...(unsaved && { unsaved }) });
        if (unsaved) this.putReview();
        return;
      }
      this.model.receive(state);
      return;
    }
    this.takeIn(() => this.model.receive(this.apartFromSent(state)));
  }

  /** The state may have come before or after what is being sent now; the answer to that will say what others said. */
  private apartFromSent(state: PanelState): PanelState {
    const { snapshot } = state;
    if (snapshot === undefined || this.saver.sent?.runFolder !== snapshot.runFolder) return state;
    return { ...state, snapshot: { ...snapshot, review: this.model.savedReview } };
  }

  private onSaved({ runFolder, review }: ChangedReview, onDisk: Review): void {
    if (this.saveProblem !== undefined && this.model.problem === this.saveProblem) this.model.problem = undefined;
    if (runFolder === this.shownRun) this.takeIn(() => this.model.hear(onDisk, review));
    this.rememberNow();
  }

  /** What others said may join what was said here; what of this is not on disk is sent together with it. */
  private takeIn(hear: () => void): void {
    const before = this.model.review;
    hear();
    const { review, savedReview } = this.model;
    const isToSend = this.saver.unsaved ? review !== before : !isSameReview(review, savedReview);
    if (isToSend) this.putReview();
  }

  private putReview(): void {
    const { review, book } = this.model;
    if (this.shownRun !== undefined) this.saver.put({ runFolder: this.shownRun, review, history: book.history });
  }

  private onSaveProblem(error: unknown): void {
    const { message } = toErrorReport(error);
    this.saveProblem = l10n.t('The review could not be saved: {0} It is tried again with your next step.', message);
    this.model.problem = this.saveProblem;
  }

  private rememberNow(): void {
    clearTimeout(this.rememberTimer);
    const { snapshot } = this.model;
    if (!snapshot) return;
    this.editor.frame.setState(makeSavedState(snapshot.runFolder, this.model.view, this.unsaved()));
  }

  private unsaved(): UnsavedReview | undefined {
    const { unsaved, sent } = this.saver;
    if (unsaved === undefined || unsaved.runFolder !== this.shownRun) return undefined;
    const isAfterSent = unsaved !== sent && sent?.runFolder === unsaved.runFolder;
    const before = isAfterSent ? sent.review : this.model.savedReview;
    return { review: unsaved.review, history: unsaved.history, before };
  }

  private readonly onLeave = (): void => {
    void this.saver.flush();
    this.rememberNow();
  };
}
