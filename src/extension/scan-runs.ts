/** The scans that are going on: started, followed through crashes of the engine, shown, stopped. */
import * as l10n from '@vscode/l10n';
import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { Remote } from '../shared/channel';
import type { ComputeWish, EngineApi, PanelState, RunMode, RunProgress } from '../shared/contracts';
import { UserError } from '../shared/errors';
import type { RunRecord } from '../shared/run';
import type { Area, ScanRequest } from '../shared/settings';
import { sourceName } from '../shared/source-location';
import { askAfterCrash, otherBackend, usedTensorFlow } from './crashed-backend';
import type { Engine } from './engine';
import type { Memory, WaitingScan } from './memory';
import { readSummary } from './run-list/run-summary';
import { refuseUntrusted } from './trust';

const mostRestarts = 3;
const firstBackoffMs = 500;

/** A scan that has been asked for and has not ended. */
export interface ActiveRun {
  readonly source: string;
  /** Only its scores are made anew: stopped, it is as complete as before. */
  readonly isRescoring: boolean;
  readonly name: string;
  /** Absent until the engine has made it. */
  readonly runFolder?: string;
  readonly notice?: NonNullable<PanelState['notice']>;
  readonly progress?: RunProgress;
  /** Resolves when it has ended, with the record when the engine gave one; never rejects. */
  readonly ended: Promise<EndedRun>;
}

export interface EndedRun {
  readonly source: string;
  readonly isRescoring: boolean;
  readonly runFolder?: string;
  readonly record?: RunRecord;
  readonly error?: unknown;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };
interface FollowedRun extends Mutable<ActiveRun> {
  stopWish?: 'use' | 'save';
  /** Something was reached since the last restart, so the next crash is not "in a row". */
  advanced: boolean;
  onTensorFlow: boolean;
  /** While a person is asked how to go on: answers in their place. */
  answer?: (wish: ComputeWish | undefined) => void;
}

export class ScanRuns implements vscode.Disposable {
  private readonly active: FollowedRun[] = [];
  private readonly startedEmitter = new vscode.EventEmitter<ActiveRun>();
  private readonly changedEmitter = new vscode.EventEmitter<ActiveRun>();
  private readonly progressEmitter = new vscode.EventEmitter<ActiveRun>();
  private readonly endedEmitter = new vscode.EventEmitter<EndedRun>();
  readonly onDidStart = this.startedEmitter.event;
  /** Its folder is known, or there is something to say about it. */
  readonly onDidChange = this.changedEmitter.event;
  readonly onDidProgress = this.progressEmitter.event;
  readonly onDidEnd = this.endedEmitter.event;
  private readonly listeners: vscode.Disposable;

  constructor(
    private readonly engine: Engine,
    private readonly memory: Memory,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.listeners = vscode.Disposable.from(
      engine.onProgress((progress) => this.advance(progress)),
      // A phase may take a while to its first report; what is shown must not be of the phase before.
      engine.onChanged(({ runFolder, record }) => {
        const run = this.active.find((candidate) => candidate.runFolder === runFolder);
        if (run) run.onTensorFlow = usedTensorFlow(record);
        if (run?.progress?.phase !== record.phase) this.advance({ runFolder, phase: record.phase, done: 0, total: 0 });
      }),
      engine.onEpoch(({ runFolder }) => {
        const run = this.active.find((candidate) => candidate.runFolder === runFolder);
        if (run) run.advanced = true;
      }),
      this.startedEmitter,
      this.changedEmitter,
      this.progressEmitter,
      this.endedEmitter,
    );
  }

  /** Oldest first. */
  get all(): readonly ActiveRun[] {
    return this.active;
  }

  find(source: string): ActiveRun | undefined {
    return this.active.find((run) => run.source === source);
  }

  /** Resolves to the run folder as soon as it exists. Throws `run-locked` when the source is being scanned here. */
  start(request: ScanRequest, mode: RunMode): Promise<string> {
    const begun = this.launch(request.source, async (api) => {
      refuseUntrusted(request, vscode.workspace.isTrusted);
      return (await api.start(request, mode)).runFolder;
    });
    this.rememberUntil(begun, { mode, request });
    return begun;
  }

  /** Goes on with a run that was stopped or interrupted. */
  resume(source: string, runFolder: string): Promise<string> {
    const asked = this.active.find((run) => run.runFolder === runFolder && run.answer);
    if (asked?.answer) {
      asked.answer({});
      return Promise.resolve(runFolder);
    }
    return this.launch(source, async (api) => {
      await this.refuseUntrustedRun(runFolder);
      await api.resume(runFolder);
      return runFolder;
    });
  }

  /** Scores a complete run anew with these areas. */
  rescore(source: string, runFolder: string, areas: readonly Area[]): Promise<string> {
    return this.launch(
      source,
      async (api) => {
        await this.refuseUntrustedRun(runFolder);
        await api.rescore(runFolder, areas);
        return runFolder;
      },
      true,
    );
  }

  /** `use`: score with the best epoch so far. `save`: stop here, resumable. Resolves when the engine has agreed. */
  async stop(source: string, how: 'use' | 'save'): Promise<void> {
    const run = this.active.find((candidate) => candidate.source === source);
    if (!run) return;
    run.stopWish = how;
    run.answer?.(how === 'use' ? otherBackend : undefined);
    if (run.runFolder !== undefined) await (await this.engine.api()).stop(run.runFolder, how);
  }

  dispose(): void {
    this.listeners.dispose();
  }

  private async refuseUntrustedRun(runFolder: string): Promise<void> {
    const summary = await readSummary(runFolder);
    if (summary) refuseUntrusted(summary.request, vscode.workspace.isTrusted);
  }

  /** The engine takes a moment to start and to look at the images; an editor that closes meanwhile still knows of it. */
  private rememberUntil(begun: Promise<unknown>, scan: WaitingScan): void {
    const { memory } = this;
    const others = () => memory.startingScans.filter(({ request }) => request.source !== scan.request.source);
    memory.setStartingScans([...others(), scan]);
    begun.then(
      () => memory.setStartingScans(others()),
      (error: unknown) => {
        if (!isOfClosing(error)) memory.setStartingScans(others()); // whoever asked is told
      },
    );
  }

  private advance(progress: RunProgress): void {
    const run = this.active.find(({ runFolder }) => runFolder === progress.runFolder);
    if (!run) return;
    run.progress = progress;
    this.progressEmitter.fire(run);
  }

  private async launch(
    source: string,
    begin: (api: Remote<EngineApi>) => Promise<string>,
    isRescoring = false,
  ): Promise<string> {
    const name = sourceName(source);
    if (this.find(source)) {
      throw new UserError(
        'run-locked',
        l10n.t('“{name}” is being scanned already. Wait for it to end, or cancel it.', { name }),
      );
    }
    const begun = this.engine.api().then(begin);
    const run: FollowedRun = {
      source,
      name,
      isRescoring,
      advanced: false,
      onTensorFlow: false,
      ended: Promise.resolve({ source, isRescoring }),
    };
    run.ended = begun
      .then((runFolder) => this.accompany(run, runFolder))
      .then(
        (record) => this.end(run, { record }),
        (error: unknown) => this.end(run, { error }),
      );
    this.active.push(run);
    this.startedEmitter.fire(run);
    return begun;
  }

  private async accompany(run: FollowedRun, runFolder: string): Promise<RunRecord> {
    run.runFolder = runFolder;
    this.memory.setUnfinished(runFolder, true);
    this.memory.setLastRun(runFolder);
    this.changedEmitter.fire(run);
    if (run.stopWish) await (await this.engine.api()).stop(runFolder, run.stopWish);
    return this.follow(run, runFolder);
  }

  /** Waits for the end; when the engine dies, starts it again and goes on from the last checkpoint. */
  private async follow(run: FollowedRun, runFolder: string): Promise<RunRecord> {
    let restarts = 0;
    let resumeFirst = false;
    for (;;) {
      try {
        const api = await this.engine.api();
        if (resumeFirst) {
          const { record } = await api.open(runFolder);
          if (run.stopWish === 'save') return record; // it has stopped already
          const wish = await this.wishAfterCrash(run, record);
          if (wish === undefined) {
            this.notice(run, undefined);
            return record;
          }
          await api.resume(runFolder, wish);
          if (run.stopWish) await api.stop(runFolder, run.stopWish);
          this.log.info(`resumed ${runFolder}, restart ${restarts} in a row`);
          this.notice(run, undefined);
        }
        return await api.finished(runFolder);
      } catch (error) {
        if (!(error instanceof UserError) || error.code !== 'engine-stopped') throw error;
        restarts = run.advanced ? 1 : restarts + 1;
        run.advanced = false;
        if (restarts > mostRestarts) throw tooManyRestarts(error);
        this.notice(run, {
          level: 'warning',
          text: run.onTensorFlow
            ? l10n.t('{reason} TensorFlow was computing. What was reached is kept; you are asked what goes on.', {
                reason: error.message,
              })
            : l10n.t('{reason} It is being started again and goes on from the last checkpoint.', {
                reason: error.message,
              }),
        });
        await delay(firstBackoffMs * 2 ** (restarts - 1));
        resumeFirst = true;
      }
    }
  }

  /** What is to compute after the engine died; undefined: nothing, the run stays as it is and can be resumed. */
  private async wishAfterCrash(run: FollowedRun, record: RunRecord): Promise<ComputeWish | undefined> {
    if (!usedTensorFlow(record)) return {};
    if (run.stopWish === 'use') return otherBackend;
    const elsewhere = new Promise<ComputeWish | undefined>((resolve) => (run.answer = resolve));
    try {
      return await Promise.race([askAfterCrash(run.name), elsewhere]);
    } finally {
      delete run.answer;
    }
  }

  /** Other folders can be scored with it, whichever workspace they are in. */
  private noteModel(runFolder: string, { request, model, status, createdAt }: RunRecord): void {
    if (status !== 'done' || !model || request.model !== undefined) return;
    const run = { runFolder, sourceName: sourceName(request.source), preset: model.preset, createdAt };
    this.memory.addTrainedRun(run).then(undefined, (error: unknown) => this.log.warn(String(error)));
  }

  private notice(run: FollowedRun, notice: ActiveRun['notice']): void {
    if (notice) run.notice = notice;
    else delete run.notice;
    this.changedEmitter.fire(run);
  }

  private end(run: FollowedRun, outcome: { record?: RunRecord; error?: unknown }): EndedRun {
    this.active.splice(this.active.indexOf(run), 1);
    const { source, runFolder, isRescoring } = run;
    const ended: EndedRun = { source, isRescoring, ...(runFolder === undefined ? {} : { runFolder }), ...outcome };
    // Shut down with the editor, the run is to go on when that is open again.
    if (runFolder !== undefined && !isOfClosing(outcome.error)) this.memory.setUnfinished(runFolder, false);
    if (runFolder !== undefined && outcome.record) this.noteModel(runFolder, outcome.record);
    this.endedEmitter.fire(ended);
    return ended;
  }
}

/** With the editor the engine is shut down, and what was asked of it is given up. */
function isOfClosing(error: unknown): boolean {
  return error instanceof UserError && error.code === 'cancelled';
}

function tooManyRestarts(last: UserError): UserError {
  return new UserError(
    'engine-stopped',
    l10n.t(
      '{reason} This happened {count} times in a row, so it is not started again. The log may say why; the run can be resumed from the panel.',
      { reason: last.message, count: mostRestarts + 1 },
    ),
  );
}
