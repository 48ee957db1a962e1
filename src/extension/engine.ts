/** The engine as the rest of the extension sees it: there when asked for, started again after it died. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Remote } from '../shared/channel';
import type { EngineApi, EngineDescription, EngineEvents, RunProgress } from '../shared/contracts';
import { UserError } from '../shared/errors';
import {
  findEngineExecutable,
  leastNodeVersion,
  type EngineExecutable,
  type ExecutableProblem,
} from './engine-executable';
import { EngineProcess, type EngineEnd } from './engine-process';
import { languageEnvironment } from './language';
import { tensorFlowEnvironment } from './tensorflow-place';

/** For a process that runs nothing. */
const silentEvents: EngineEvents = {
  progress: () => undefined,
  changed: () => undefined,
  epoch: () => undefined,
  log: () => undefined,
};

type EventOf<Name extends keyof EngineEvents> = Parameters<EngineEvents[Name]>[0];

export class Engine implements vscode.Disposable {
  private readonly progressEmitter = new vscode.EventEmitter<RunProgress>();
  private readonly changedEmitter = new vscode.EventEmitter<EventOf<'changed'>>();
  private readonly epochEmitter = new vscode.EventEmitter<EventOf<'epoch'>>();
  readonly onProgress = this.progressEmitter.event;
  readonly onChanged = this.changedEmitter.event;
  readonly onEpoch = this.epochEmitter.event;

  private running: Promise<EngineProcess> | undefined;
  private disposed = false;
  private lastAskedAt = Date.now();

  constructor(
    private readonly script: string,
    private readonly storage: vscode.Uri,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  /** The engine's interface; starts the process when none runs. Throws a `UserError` when it cannot be started. */
  async api(): Promise<Remote<EngineApi>> {
    if (this.disposed) throw new UserError('engine-stopped', l10n.t('The editor is closing.'));
    this.lastAskedAt = Date.now();
    this.running ??= this.startProcess();
    return (await this.running).api;
  }

  /**
   * What works here, TensorFlow too, found out in a process of its own: a library that crashes ends no scan, and the
   * engine's own process loads it only for a scan, with that scan's settings.
   */
  async describeThoroughly(): Promise<EngineDescription> {
    const process = await this.openProcess(silentEvents);
    try {
      return await process.api.describe(true);
    } finally {
      await process.stop();
    }
  }

  /** A process of its own beside the one of {@link api}: its peak of memory is its own. The caller stops it. */
  startApart(): Promise<EngineProcess> {
    if (this.disposed) throw new UserError('engine-stopped', l10n.t('The editor is closing.'));
    return this.openProcess(this.events());
  }

  /** Ends the process, if one runs; the next call of {@link api} starts another. */
  async stop(): Promise<void> {
    const running = this.running;
    this.running = undefined;
    const process = await running?.catch(() => undefined);
    await process?.stop();
  }

  /** Ends the process when nobody has asked for it for a while: its memory goes back. */
  async stopWhenIdle(idleMs: number): Promise<void> {
    if (Date.now() - this.lastAskedAt > idleMs) await this.stop();
  }

  dispose(): void {
    this.disposed = true;
    void this.stop();
    for (const emitter of [this.progressEmitter, this.changedEmitter, this.epochEmitter]) emitter.dispose();
  }

  private async startProcess(): Promise<EngineProcess> {
    try {
      const process = await this.openProcess(this.events());
      void this.describeInLog(process.api);
      void process.ended.then((end) => this.noteEnd(end));
      return process;
    } catch (error) {
      this.running = undefined; // so that the next call tries again
      throw error;
    }
  }

  private async openProcess(events: EngineEvents): Promise<EngineProcess> {
    const executable = await requireEngineExecutable();
    const env = { ...executable.env, ...tensorFlowEnvironment(this.storage), ...languageEnvironment() };
    const startedAt = Date.now();
    const process = await EngineProcess.start({
      executable: { ...executable, env },
      script: this.script,
      events,
      onOutput: (line) => this.log.debug(line),
      onDefect: (error, method) => this.log.error(`${method}: ${stackOf(error)}`),
      describeEnd: endSentence,
    });
    this.log.info(`engine process ${process.processId} on ${executable.path}, up in ${Date.now() - startedAt} ms`);
    return process;
  }

  private events(): EngineEvents {
    return {
      progress: (event) => this.progressEmitter.fire(event),
      changed: (event) => this.changedEmitter.fire(event),
      epoch: (event) => this.epochEmitter.fire(event),
      log: ({ level, message }) => {
        const write = { info: 'info', warning: 'warn', error: 'error' } as const;
        this.log[write[level]](message);
      },
    };
  }

  private async describeInLog(api: Remote<EngineApi>): Promise<void> {
    try {
      this.log.info(descriptionLines(await api.describe()).join('\n'));
    } catch (error) {
      this.log.warn(`the engine could not describe itself: ${stackOf(error)}`);
    }
  }

  private noteEnd(end: EngineEnd | undefined): void {
    if (!end) return;
    this.running = undefined;
    this.log.error(endSentence(end));
  }
}

/** The program that runs what must not run in the editor. Throws a `UserError` that says why there is none. */
export async function requireEngineExecutable(): Promise<EngineExecutable> {
  const configured = vscode.workspace.getConfiguration('anomalyReview').get('engine.nodePath', '').trim();
  const executable = await findEngineExecutable(configured);
  if ('problem' in executable) throw new UserError('engine-stopped', executableSentence(executable));
  return executable;
}

/** Versions and devices, a line each. */
export function descriptionLines(description: EngineDescription): string[] {
  const versions = Object.entries(description.versions).map(([name, version]) => `${name} ${version}`);
  const backends = description.backends.map(
    ({ backend, device, available, detail }) => `${backend} on ${device}: ${available ? 'works' : 'no'}, ${detail}`,
  );
  return [`${description.executable}: ${versions.join(', ')}`, ...backends];
}

function executableSentence(problem: ExecutableProblem): string {
  switch (problem.problem) {
    case 'configured-relative':
      return l10n.t(
        'The setting “anomalyReview.engine.nodePath” is “{path}”; it must be an absolute path. Correct or empty it.',
        { path: problem.path },
      );
    case 'configured-broken':
      return l10n.t(
        'The Node.js named in the setting “anomalyReview.engine.nodePath” ({path}) cannot be run: {detail}. Correct or empty the setting.',
        { path: problem.path, detail: problem.detail },
      );
    case 'configured-old':
      return l10n.t(
        'The Node.js named in the setting “anomalyReview.engine.nodePath” ({path}) is version {version}; {least} or later is needed.',
        { path: problem.path, version: problem.version, least: leastNodeVersion },
      );
    case 'node-missing':
      return l10n.t(
        'Anomaly Review needs Node.js {least} or later on this system, and no “node” was found on the PATH. Install Node.js, or name it in the setting “anomalyReview.engine.nodePath”.',
        { least: leastNodeVersion },
      );
    case 'node-old':
      return l10n.t(
        'The “node” on the PATH is version {version}; Anomaly Review needs {least} or later. Update it, or name another in the setting “anomalyReview.engine.nodePath”.',
        { version: problem.version, least: leastNodeVersion },
      );
  }
}

function endSentence(end: EngineEnd): string {
  if (end.startError) {
    return l10n.t('The engine could not be started: {detail}', { detail: end.startError.message });
  }
  if (end.silent) return l10n.t('The engine no longer answered and was ended.');
  if (end.signal) return l10n.t('The engine was ended from outside ({signal}).', { signal: end.signal });
  return l10n.t('The engine ended unexpectedly (exit code {code}).', { code: end.exitCode ?? '?' });
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
