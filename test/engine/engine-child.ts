/** A real engine process, as the editor starts it. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { connect, processPort, type Remote } from '../../src/shared/channel';
import type { EngineApi, EngineEvents, RunProgress } from '../../src/shared/contracts';
import type { RunRecord } from '../../src/shared/run';

export interface EngineChild {
  readonly api: Remote<EngineApi>;
  readonly process: ChildProcess;
  readonly progress: RunProgress[];
  /** Resolves at the first report for which `isIt` holds. */
  waitFor(isIt: (progress: RunProgress) => boolean): Promise<RunProgress>;
  /** kill -9 */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

/** For an engine of whose doings nothing is asked. */
export const silentEvents: EngineEvents = {
  progress: () => undefined,
  changed: () => undefined,
  epoch: () => undefined,
  log: () => undefined,
};

export function startEngineChild(bundle = path.resolve('dist/engine.js')): EngineChild {
  const child = fork(bundle, [], { execArgv: [], serialization: 'advanced' });
  const progress: RunProgress[] = [];
  const waiting = new Set<(event: RunProgress) => void>();
  const events: EngineEvents = {
    ...silentEvents,
    progress: (event) => {
      progress.push(event);
      for (const listener of waiting) listener(event);
    },
    log: ({ level, message }) => {
      if (level === 'error') console.error(message);
    },
  };
  const connection = connect<EngineApi>(events, processPort(child));
  const ended = once(child, 'exit');
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    connection.close();
    child.kill(signal);
    await ended;
  };
  return {
    api: connection.remote,
    process: child,
    progress,
    waitFor: (isIt) =>
      new Promise((resolve) => {
        const listener = (event: RunProgress): void => {
          if (!isIt(event)) return;
          waiting.delete(listener);
          resolve(event);
        };
        waiting.add(listener);
      }),
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
  };
}

/** Waits for the end and throws when it was not `done`. */
export async function completed(api: Remote<EngineApi>, runFolder: string): Promise<RunRecord> {
  const record = await api.finished(runFolder);
  if (record.status !== 'done') throw new Error(`the run ended as ${record.status}: ${record.error?.message ?? ''}`);
  return record;
}
