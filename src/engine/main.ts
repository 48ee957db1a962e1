/** Entry of the engine's child process: the engine's interface on the IPC channel that the editor opened. */
import './language';
import type { EngineApi, EngineEvents } from '../shared/contracts';
import { connect, processPort, type Remote } from '../shared/channel';
import type { UserError } from '../shared/errors';
import { nativeProblem } from './native-parts';

// Without its editor nobody can see or stop the engine; its runs resume from their checkpoints.
process.on('disconnect', () => process.exit());
let editor: Remote<EngineEvents> | undefined;
void serve();

/** What the editor sends before this has loaded waits in the channel. */
async function serve(): Promise<void> {
  const problem = nativeProblem();
  const engine = problem ? refusingAll(problem) : await loadEngine();
  const { remote } = connect<EngineEvents>(engine, processPort(process), {
    events: ['progress', 'changed', 'epoch', 'log'],
    onDefect: (error, method) => {
      const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
      void editor?.log({ level: 'error', message: `${method}: ${detail}` });
    },
  });
  editor = remote;
}

async function loadEngine(): Promise<EngineApi> {
  // Not before it is known that what it loads can be loaded.
  const { createEngine } = await import('./service');
  return createEngine({
    progress: (event) => void editor?.progress(event),
    changed: (event) => void editor?.changed(event),
    epoch: (event) => void editor?.epoch(event),
    log: (event) => void editor?.log(event),
  });
}

/** Alive, so that every request gets the reason why it cannot be done. */
function refusingAll(problem: UserError): object {
  return new Proxy(
    { ping: () => Promise.resolve() },
    { get: (own, name) => (name === 'ping' ? own.ping : () => Promise.reject(problem)) },
  );
}
