/** A run that is being worked on: its status in run.json, its progress, and the two ways to end it early. */
import { toErrorReport, UserError } from '../../shared/errors';
import type { EngineEvents, RunMode, RunProgress } from '../../shared/contracts';
import type { RunPhase, RunRecord, RunStatus } from '../../shared/run';
import type { ChooseBackend } from '../compute/select';
import type { Lock } from '../runs/lock';
import type { RunFolder } from '../runs/run-folder';
import { collectGarbage } from '../memory';
import { RunState } from './run-state';
import { scan } from './scan';
import type { Stage } from './stage';

const millisecondsBetweenReports = 100;

export class ActiveRun {
  readonly state: RunState;
  /** Resolves when the run has ended, in whichever way; never rejects. */
  readonly finished: Promise<RunRecord>;
  readonly #controller = new AbortController();
  #isEnough = false;
  #lastReport = { phase: '', at: 0 };

  constructor(
    readonly run: RunFolder,
    mode: RunMode,
    private readonly lock: Lock,
    private readonly events: EngineEvents,
    private readonly chooseBackend: ChooseBackend,
  ) {
    this.state = new RunState(run);
    this.finished = this.#work(mode);
  }

  stop(how: 'use' | 'save'): void {
    if (how === 'use') this.#isEnough = true;
    else this.#controller.abort(new UserError('cancelled', 'The run was stopped and can be resumed.'));
  }

  async #work(mode: RunMode): Promise<RunRecord> {
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
      await scan(this.#stage(), mode);
      await end('done');
    } catch (error) {
      const status = this.#controller.signal.aborted ? 'stopped' : 'failed';
      // With a full disk even the status cannot be written; the checkpoint before it still resumes.
      await end(status, status === 'failed' ? error : undefined).catch((writing: unknown) => {
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
    const { device } = this.run.record;
    this.events.progress({ runFolder: this.run.folder, phase, ...progress, ...(device && { device }) });
  }
}
