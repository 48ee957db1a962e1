/** The engine's child process: started, connected, watched by a heartbeat, ended. Knows nothing of the editor. */
import * as l10n from '@vscode/l10n';
import { fork, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { connect, processPort, type Connection, type Remote } from '../shared/channel';
import type { EngineApi, EngineEvents } from '../shared/contracts';
import { UserError } from '../shared/errors';
import type { EngineExecutable } from './engine-executable';

/** How a process ended: `silent` when it was killed here because it no longer answered. */
export interface EngineEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly silent: boolean;
  /** It never ran: no such program, no permission. */
  readonly startError?: Error;
}

export interface EngineProcessOptions {
  readonly executable: EngineExecutable;
  /** Path of the engine's bundle. */
  readonly script: string;
  readonly events: EngineEvents;
  /** A line the process printed: native libraries talk there. */
  readonly onOutput: (line: string) => void;
  readonly onDefect: (error: unknown, method: string) => void;
  /** The sentence with which open calls reject when the process ends by itself. */
  readonly describeEnd: (end: EngineEnd) => string;
  readonly heartbeat?: { readonly everyMs: number; readonly missedAllowed: number };
}

// Six silent intervals, not thirty seconds on a clock: a laptop that slept must not look like a hung engine.
const defaultHeartbeat = { everyMs: 5_000, missedAllowed: 6 };
/** Native libraries from a cold disk take their time. */
const startLimitMs = 60_000;
const exitGraceMs = 2_000;

export class EngineProcess {
  readonly api: Remote<EngineApi>;
  /** Resolves once, when the process is gone; `undefined` when {@link stop} was called. */
  readonly ended: Promise<EngineEnd | undefined>;

  private readonly connection: Connection<EngineApi>;
  private heartbeatTimer: NodeJS.Timeout | undefined;
  private stopping = false;
  private silent = false;

  private constructor(
    private readonly child: ChildProcess,
    private readonly options: EngineProcessOptions,
  ) {
    this.connection = connect<EngineApi>(options.events, processPort(child), { onDefect: options.onDefect });
    this.api = this.connection.remote;
    this.ended = this.watchEnd();
    for (const stream of [child.stdout, child.stderr]) {
      if (stream) createInterface({ input: stream }).on('line', options.onOutput);
    }
  }

  /** Resolves when the engine answers; throws a `UserError('engine-stopped')` when it ends before it does. */
  static async start(options: EngineProcessOptions): Promise<EngineProcess> {
    const child = fork(options.script, [], {
      execPath: options.executable.path,
      execArgv: [],
      env: options.executable.env,
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const engine = new EngineProcess(child, options);
    const limit = setTimeout(() => engine.killSilent(), startLimitMs);
    try {
      await engine.api.ping();
    } finally {
      clearTimeout(limit);
    }
    engine.beat(0);
    return engine;
  }

  get processId(): number | undefined {
    return this.child.pid;
  }

  /** Ends the process: by closing its channel, at which it leaves by itself, and by force when it has not by then. */
  async stop(graceMs = exitGraceMs): Promise<void> {
    this.stopping = true;
    clearTimeout(this.heartbeatTimer);
    this.connection.close(new UserError('cancelled', l10n.t('The engine was shut down.')));
    if (this.child.connected) this.child.disconnect();
    const force = setTimeout(() => this.child.kill('SIGKILL'), graceMs);
    await this.ended;
    clearTimeout(force);
  }

  private watchEnd(): Promise<EngineEnd | undefined> {
    return new Promise((resolve) => {
      const settle = (end: EngineEnd): void => {
        clearTimeout(this.heartbeatTimer);
        if (!this.stopping) {
          this.connection.close(new UserError('engine-stopped', this.options.describeEnd(end)));
        }
        resolve(this.stopping ? undefined : end);
      };
      this.child.once('error', (startError) => {
        if (this.child.pid === undefined) settle({ exitCode: null, signal: null, silent: false, startError });
      });
      this.child.once('exit', (exitCode, signal) => settle({ exitCode, signal, silent: this.silent }));
    });
  }

  private killSilent(): void {
    this.silent = true;
    this.child.kill('SIGKILL');
  }

  /** Asks every interval whether the event loop turns; `missed` counts the intervals without an answer. */
  private beat(missed: number): void {
    const { everyMs, missedAllowed } = this.options.heartbeat ?? defaultHeartbeat;
    let answered = false;
    this.api.ping().then(
      () => (answered = true),
      () => undefined, // the process ended: `watchEnd` deals with it
    );
    this.heartbeatTimer = setTimeout(() => {
      const missedNow = answered ? 0 : missed + 1;
      if (missedNow >= missedAllowed) {
        this.killSilent();
        return;
      }
      this.beat(missedNow);
    }, everyMs);
  }
}
