/** A run that is being worked on: its status in run.json, its progress, and the two ways to end it early. */
import * as l10n from '@vscode/l10n';
import { toErrorReport, UserError } from '../../shared/errors';
import type { EngineEvents, RunProgress } from '../../shared/contracts';
import type { RunPhase, RunRecord, RunStatus } from '../../shared/run';
import type { ChooseBackend } from '../compute/select';
import type { Lock } from '../runs/lock';
import type { RunFolder } from '../runs/run-folder';
import { collectGarbage } from '../memory';
import { flaggedCount } from '../views/flagged-count';
import type { Onlookers } from './onlookers';
import type { RunState } from './run-state';
import type { Stage } from './stage';

const millisecondsBetweenReports = 100;

/** What is done to a run. */
export interface RunWork {
  /** @throws whatever stopped it */
  readonly run: (stage: Stage) => Promise<void>;
  /** Whether the run stays complete, as it was, when that is not done to the end. */
  readonly isOptional: boolean;
}

export class ActiveRun {
  /** Resolves when the run has ended, in whichever way; never rejects. */
  readonly finished: Promise<RunRecord>;
  readonly #controller = new AbortController();
  #isEnough = false;
  #lastReport = { phase: '', at: 0 };

  constructor(
    readonly run: RunFolder,
    readonly state: RunState,
    work: RunWork,
    private readonly lock: Lock,
    private readonly events: EngineEvents,
    private readonly chooseBackend: ChooseBackend,
    private readonly onlookers: Onlookers,
  ) {
    this.finished = this.#work(work);
  }

  stop(how: 'use' | 'save'): void {
    if (how === 'use') this.#isEnough = true;
    else this.#controller.abort(new UserError('cancelled', l10n.t('The run was stopped and can be resumed.')));
  }

  async #work({ run: work, isOptional }: RunWork): Promise<RunRecord> {
    const started = performance.now();
    const secondsBefore = this.run.record.seconds.total ?? 0;
    const end = async (status: RunStatus, error?: unknown): Promise<void> => {
      await this.run.update({
        status,
        seconds: { ...this.run.record.seconds, total: secondsBefore + (performance.now() - started) / 1000 },
        peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
        ...(error !== undefined && { error: toErrorReport(error) }),
      });
    };
    try {
      await work(this.#stage());
      await this.#noteFlagged();
      await end('done');
    } catch (error) {
      const status = this.#controller.signal.aborted ? 'stopped' : 'failed';
      // With a full disk even the status cannot be written; the checkpoint before it still resumes.
      await (
        isOptional
          ? this.run.update({ status: 'done', phase: 'done' })
          : end(status, status === 'failed' ? error : undefined)
      ).catch((writing: unknown) => {
        this.events.log({ level: 'error', message: toErrorReport(writing).message });
      });
      if (status === 'failed' && !(error instanceof UserError)) {
        this.events.log({
          level: 'error',
          message: error instanceof Error ? (error.stack ?? error.message) : String(error),
        });
      }
      return { ...this.run.record, status, ...(status === 'failed' && { error: toErrorReport(error) }) };
    } finally {
      await this.lock.release();
      this.#changed();
    }
    return this.run.record;
  }

  async #noteFlagged(): Promise<void> {
    const flagged = await flaggedCount(this.state);
    if (flagged !== undefined) await this.run.update({ flagged });
  }

  #stage(): Stage {
    return {
      run: this.run,
      state: this.state,
      signal: this.#controller.signal,
      isEnough: () => this.#isEnough,
      report: (phase, progress) => {
        this.#report(phase, progress);
      },
      epoch: (report) => {
        this.events.epoch({ runFolder: this.run.folder, report });
      },
      enter: async (phase) => {
        collectGarbage();
        await this.run.update({ phase });
        this.#changed();
      },
      changed: () => {
        this.#changed();
      },
      giveWay: () => this.onlookers.giveWay(),
      chooseBackend: this.chooseBackend,
      note: async (sentence) => {
        // A resumed run goes through its stages again.
        const { notes } = this.run.record;
        if (!notes.includes(sentence)) await this.run.update({ notes: [...notes, sentence] });
      },
    };
  }

  #changed(): void {
    this.events.changed({ runFolder: this.run.folder, record: this.run.record });
  }

  #report(phase: RunPhase, progress: Omit<RunProgress, 'runFolder' | 'phase'>): void {
    const now = performance.now();
    const isSoon = now - this.#lastReport.at < millisecondsBetweenReports;
    if (phase === this.#lastReport.phase && isSoon && progress.done < progress.total) return;
    this.#lastReport = { phase, at: now };
    const { backend, device, threads } = this.run.record;
    const computer = {
      ...(backend !== undefined && { backend }),
      ...(device && { device }),
      ...(threads !== undefined && { threads }),
    };
    this.events.progress({ runFolder: this.run.folder, phase, ...progress, ...computer });
  }
}
