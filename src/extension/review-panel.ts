/** One panel: its page, which run it shows, and what the page is told. What the page may ask is in `panel-host.ts`. */
import * as vscode from 'vscode';
import { connect, type Connection } from '../shared/channel';
import type { PanelApi, PanelCommand, PanelState, RunProgress } from '../shared/contracts';
import { toErrorReport } from '../shared/errors';
import type { ReviewHistory } from '../shared/review-history';
import type { EpochReport, Review, RunSnapshot } from '../shared/run';
import { sourceName } from '../shared/source-location';
import { panelHtml } from './panel-html';
import { createPanelHost } from './panel-host';
import type { PanelServices } from './services';
import { watchRecord, watchReview } from './review-watch';
import { usualRunsFolder } from './source-files';
import { Throttle } from './throttle';
import { webviewPort } from './webview-port';

const progressEveryMs = 100;
const countEveryMs = 3000;

export class ReviewPanel implements vscode.Disposable {
  private readonly connection: Connection<PanelApi>;
  private readonly progressThrottle: Throttle<RunProgress>;
  private readonly countThrottle: Throttle<string>;
  private readonly resourceRoots: vscode.Uri[];
  private notice: PanelState['notice'];
  private lastSnapshot: RunSnapshot | undefined;
  private refreshing: Promise<void> | undefined;
  private stale = false;
  private disposed = false;
  /** What the page saved last of the shown run; an `open` that overlaps with a save may not have seen it. */
  private saved: { readonly review: Review; readonly history: ReviewHistory } | undefined;
  private watches: vscode.Disposable | undefined;
  private savesBegun = 0;
  private savesEnded = 0;
  private saving: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly panel: vscode.WebviewPanel,
    private readonly services: PanelServices,
    private readonly givenSource: string | undefined,
    private shownRun: string | undefined,
  ) {
    const { distribution } = services;
    const pictures = vscode.Uri.joinPath(distribution, '..', 'media');
    panel.iconPath = {
      light: vscode.Uri.joinPath(pictures, 'panel-light.svg'),
      dark: vscode.Uri.joinPath(pictures, 'panel-dark.svg'),
    };
    this.resourceRoots = [distribution];
    if (givenSource !== undefined) this.resourceRoots.push(vscode.Uri.file(usualRunsFolder(givenSource)));
    if (shownRun !== undefined) this.resourceRoots.push(vscode.Uri.file(shownRun));
    this.watchRun();
    this.connection = connect<PanelApi>(createPanelHost(this, services), webviewPort(panel.webview), {
      events: ['update', 'progress', 'epoch', 'command'],
      onDefect: (error, method) => services.log.error(`${method}: ${toErrorReport(error).message}`),
    });
    this.progressThrottle = new Throttle(progressEveryMs, (event) => void this.connection.remote.progress(event));
    this.countThrottle = new Throttle(
      countEveryMs,
      (folder) =>
        void this.noteFlagged(folder).catch((error: unknown) => services.log.warn(toErrorReport(error).message)),
    );
    panel.onDidDispose(() => this.release());
    panel.webview.options = { enableScripts: true, localResourceRoots: this.resourceRoots };
    panel.webview.html = panelHtml(panel.webview, distribution, 'review');
  }

  /** Unknown only while a restored panel has not read its run yet. */
  get source(): string | undefined {
    return this.givenSource ?? this.lastSnapshot?.record.request.source;
  }

  get runFolder(): string | undefined {
    return this.shownRun;
  }

  get active(): boolean {
    return this.panel.active;
  }

  get visible(): boolean {
    return this.panel.visible;
  }

  /** The run the page shows or showed last. */
  get lastShownRun(): string | undefined {
    return this.lastSnapshot?.runFolder;
  }

  get webview(): vscode.Webview {
    return this.panel.webview;
  }

  reveal(): void {
    this.panel.reveal();
  }

  /** Shows another run of the source; `undefined`: one that is being started. */
  showRun(runFolder: string | undefined): void {
    if (runFolder === this.shownRun) return;
    this.shownRun = runFolder;
    this.saved = undefined;
    this.watchRun();
    if (runFolder !== undefined) this.allowResources(vscode.Uri.file(runFolder));
    void this.refresh();
  }

  setNotice(notice: PanelState['notice']): void {
    if (notice === this.notice) return;
    this.notice = notice;
    // The notice may be that there is no engine to ask: the page hears it at once, with what it shows already.
    const snapshot = this.lastSnapshot;
    if (notice && snapshot && snapshot.runFolder === this.shownRun) {
      void this.connection.remote.update({ sourceName: sourceName(snapshot.record.request.source), snapshot, notice });
    }
    void this.refresh();
  }

  /** Sends the page the whole state anew; calls in between are one. Resolves when it was sent. */
  refresh(): Promise<void> {
    this.stale = true;
    this.refreshing ??= this.sendUntilFresh().finally(() => (this.refreshing = undefined));
    return this.refreshing;
  }

  progress(event: RunProgress): void {
    this.progressThrottle.push(event);
  }

  epoch(report: EpochReport): void {
    void this.connection.remote.epoch(report);
  }

  command(name: PanelCommand): void {
    void this.connection.remote.command(name);
  }

  /**
   * What a page that was just made begins with. One that was behind another tab has its images back at once, also while
   * the engine makes a step; what has changed since then comes after it.
   */
  async firstState(): Promise<PanelState> {
    const snapshot = this.lastSnapshot;
    if (!snapshot || snapshot.runFolder !== this.shownRun) return await this.state();
    if (snapshot.record.status === 'running') void this.refresh();
    const { notice } = this;
    return { sourceName: sourceName(snapshot.record.request.source), snapshot, ...(notice && { notice }) };
  }

  /** Everything the page shows. Never rejects: what goes wrong becomes the notice. */
  async state(): Promise<PanelState> {
    const runFolder = this.shownRun;
    const notice = this.notice;
    const state = { sourceName: this.source === undefined ? '' : sourceName(this.source), ...(notice && { notice }) };
    if (runFolder === undefined) return state;
    const savesBefore = this.savesEnded;
    try {
      const opened = await (await this.services.engine.api()).open(runFolder);
      const overlapped = this.savesBegun !== savesBefore && runFolder === this.shownRun;
      const snapshot = compact(overlapped && this.saved ? { ...opened, ...this.saved } : opened);
      if (runFolder === this.shownRun) this.lastSnapshot = snapshot;
      const name = sourceName(snapshot.record.request.source);
      this.panel.title = name;
      return { ...state, sourceName: name, snapshot };
    } catch (error) {
      return { ...state, notice: notice ?? { level: 'error', text: toErrorReport(error).message } };
    }
  }

  /** The run as last sent to the page, with the newest review, which is on disk by then; reads it when nothing was sent yet. */
  async snapshot(): Promise<RunSnapshot | undefined> {
    await this.saving;
    if (!this.lastSnapshot || this.lastSnapshot.runFolder !== this.shownRun) await this.state();
    return this.lastSnapshot;
  }

  /** Resolves to what the file says then: with what others have said since the page knew `before`. */
  async saveReview(runFolder: string, review: Review, history: ReviewHistory, before: Review): Promise<Review> {
    const isShown = () => runFolder === this.shownRun;
    if (isShown()) this.take({ review, history });
    this.savesBegun += 1;
    const saved = this.services.engine.api().then((api) => api.saveReview(runFolder, review, history, before));
    this.saving = Promise.allSettled([this.saving, saved]).finally(() => (this.savesEnded += 1));
    const merged = await saved;
    if (this.saved?.review === review && isShown()) this.take({ review: merged, history });
    this.countThrottle.push(runFolder);
    return merged;
  }

  /** What another window or the command line says of the shown run, or reaches in it, is shown as well. */
  private watchRun(): void {
    this.watches?.dispose();
    this.watches = undefined;
    const runFolder = this.shownRun;
    if (runFolder === undefined) return;
    const known = () => {
      // What is being saved comes back with what others said.
      const isSettled = this.savesBegun === this.savesEnded && this.lastSnapshot?.runFolder === runFolder;
      return isSettled ? this.lastSnapshot?.review : undefined;
    };
    this.watches = vscode.Disposable.from(
      watchReview(runFolder, known, () => void this.refresh()),
      // Of a scan here the engine tells more, and sooner.
      watchRecord(runFolder, () => {
        const isElsewhere = !this.services.runs.all.some((run) => run.runFolder === runFolder);
        if (isElsewhere && this.lastSnapshot?.record.status === 'running') void this.refresh();
      }),
    );
  }

  private take(saved: { readonly review: Review; readonly history: ReviewHistory }): void {
    this.saved = saved;
    const snapshot = this.lastSnapshot;
    if (snapshot?.runFolder === this.shownRun) this.lastSnapshot = snapshot && { ...snapshot, ...saved };
  }

  /** For the list of runs; not at each of many decisions in a row. */
  private async noteFlagged(runFolder: string): Promise<void> {
    await (await this.services.engine.api()).noteFlagged(runFolder);
  }

  dispose(): void {
    this.panel.dispose();
  }

  /** Its page is answered no longer. */
  release(): void {
    this.disposed = true;
    this.watches?.dispose();
    this.progressThrottle.dispose();
    this.countThrottle.dispose();
    this.connection.close();
  }

  private async sendUntilFresh(): Promise<void> {
    while (this.takeStale() && !this.disposed) {
      await this.connection.remote.update(await this.state());
    }
  }

  private takeStale(): boolean {
    const stale = this.stale;
    this.stale = false;
    return stale;
  }

  /** Changing the roots reloads the page, so only when pictures lie outside of those it has. */
  private allowResources(folder: vscode.Uri): void {
    if (this.resourceRoots.some((root) => folder.path.startsWith(`${root.path}/`) || folder.path === root.path)) return;
    this.resourceRoots.push(folder);
    this.panel.webview.options = { enableScripts: true, localResourceRoots: this.resourceRoots };
  }
}

/** A column from the engine is a view on the whole message it came in, which would travel along with every column. */
function compact(snapshot: RunSnapshot): RunSnapshot {
  const copy = (columns: Readonly<Record<string, Float32Array>>) =>
    Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, column.slice()]));
  return {
    ...snapshot,
    scores: copy(snapshot.scores),
    leftOut: snapshot.leftOut.slice(),
    ...(snapshot.labels && { labels: snapshot.labels.slice() }),
    ...(snapshot.knownScores && { knownScores: copy(snapshot.knownScores) }),
  };
}
