/** All open panels: one a source. Opens, finds, restores them, and tells them what happens to their runs. */
import * as v from 'valibot';
import * as vscode from 'vscode';
import type { PanelSavedState } from '../shared/contracts';
import { toErrorReport } from '../shared/errors';
import { sourceName } from '../shared/source-location';
import { reportError } from './report-error';
import { ReviewPanel } from './review-panel';
import type { PanelServices } from './services';

export const panelViewType = 'anomalyReview.panel';

const savedStateSchema: v.GenericSchema<unknown, PanelSavedState> = v.object({ runFolder: v.string() });

export class ReviewPanels implements vscode.Disposable {
  /** The one used last comes last. */
  private readonly panels: ReviewPanel[] = [];
  private readonly disposables: vscode.Disposable[] = [];
  /** Runs whose panels were open when the editor closed and are not open again. */
  private awaited: readonly string[];
  private isClosing = false;

  constructor(private readonly services: PanelServices) {
    const { runs, engine, memory } = services;
    this.awaited = memory.shownRuns;
    this.disposables.push(
      runs.onDidStart((run) => {
        if (!run.isRescoring) this.ofSource(run.source)?.showRun(undefined);
      }),
      runs.onDidChange((run) => {
        const panel = this.ofSource(run.source);
        panel?.setNotice(run.notice);
        if (run.runFolder !== undefined) panel?.showRun(run.runFolder);
        this.noteShown();
      }),
      runs.onDidEnd(({ source, runFolder, error }) => {
        const panel = this.ofSource(source);
        if (runFolder === undefined) panel?.showRun(panel.lastShownRun); // nothing came of it: back to what there was
        panel?.setNotice(error === undefined ? undefined : { level: 'error', text: toErrorReport(error).message });
        void panel?.refresh();
      }),
      engine.onProgress((event) => this.ofRun(event.runFolder)?.progress(event)),
      engine.onEpoch(({ runFolder, report }) => this.ofRun(runFolder)?.epoch(report)),
      engine.onChanged(({ runFolder }) => this.ofRun(runFolder)?.refresh()),
      vscode.window.registerWebviewPanelSerializer(panelViewType, {
        deserializeWebviewPanel: (webviewPanel, state: unknown) => this.restore(webviewPanel, state),
      }),
    );
  }

  /** The panel in front, or else the one that was last in front. */
  get current(): ReviewPanel | undefined {
    return this.panels.find(({ active }) => active) ?? this.panels.at(-1);
  }

  get areOpen(): boolean {
    return this.panels.length > 0;
  }

  isVisible(source: string): boolean {
    return this.ofSource(source)?.visible ?? false;
  }

  /** Opens or reveals the panel of a source; without a run folder it waits for the run that is being started. */
  show(source: string, runFolder: string | undefined): ReviewPanel {
    const existing = this.ofSource(source);
    if (existing) {
      existing.reveal();
      existing.showRun(runFolder);
      return existing;
    }
    const webviewPanel = vscode.window.createWebviewPanel(panelViewType, sourceName(source), vscode.ViewColumn.Active, {
      enableFindWidget: false,
    });
    return this.add(webviewPanel, source, runFolder);
  }

  /** Closes the panel that shows this run: the run is going away. */
  closeRun(runFolder: string): void {
    this.ofRun(runFolder)?.dispose();
  }

  /**
   * Runs whose panels the editor has not brought back: it writes down which are open some seconds late. Asked for once,
   * when it has had time to.
   */
  takeLost(): readonly string[] {
    const lost = this.awaited.filter((runFolder) => this.ofRun(runFolder) === undefined);
    this.awaited = [];
    this.noteShown();
    return lost;
  }

  /** The panels themselves stay: the editor brings them back when it, or its extensions, are started again. */
  dispose(): void {
    this.isClosing = true;
    for (const disposable of this.disposables) disposable.dispose();
    for (const panel of this.panels) panel.release();
  }

  private add(
    webviewPanel: vscode.WebviewPanel,
    source: string | undefined,
    runFolder: string | undefined,
  ): ReviewPanel {
    const panel = new ReviewPanel(webviewPanel, this.services, source, runFolder);
    this.panels.push(panel);
    webviewPanel.onDidChangeViewState(() => {
      if (webviewPanel.active) this.panels.push(...this.panels.splice(this.panels.indexOf(panel), 1));
    });
    webviewPanel.onDidDispose(() => {
      this.panels.splice(this.panels.indexOf(panel), 1);
      this.noteShown();
    });
    this.noteShown();
    const running = source === undefined ? undefined : this.services.runs.find(source);
    if (running) panel.setNotice(running.notice);
    return panel;
  }

  /** Only the run folder is taken from the old panel; all else is read anew. */
  private async restore(webviewPanel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const saved = v.safeParse(savedStateSchema, state);
    if (!saved.success) {
      webviewPanel.dispose(); // it was closed before it had anything to show
      return;
    }
    const { runFolder } = saved.output;
    const { memory, runs, log } = this.services;
    const existing = this.ofRun(runFolder);
    if (existing) {
      webviewPanel.dispose(); // it was thought to be lost
      existing.reveal();
      return;
    }
    const panel = this.add(webviewPanel, undefined, runFolder);
    await panel.refresh();
    const { source } = panel;
    if (source === undefined || !memory.isUnfinished(runFolder) || runs.find(source)) return;
    if ((await panel.snapshot())?.record.status === 'running') return; // somebody else works on it
    // It was going on when the editor closed, and nobody stopped it.
    await runs.resume(source, runFolder).catch((error: unknown) => reportError(error, log));
  }

  private noteShown(): void {
    if (this.isClosing) return; // they are shown again when the editor is
    const open = this.panels.flatMap(({ runFolder }) => runFolder ?? []);
    this.services.memory.setShownRuns([...open, ...this.awaited]);
  }

  private ofSource(source: string): ReviewPanel | undefined {
    return this.panels.find((panel) => panel.source === source);
  }

  private ofRun(runFolder: string): ReviewPanel | undefined {
    return this.panels.find((panel) => panel.runFolder === runFolder);
  }
}
