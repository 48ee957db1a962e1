/** Entry of the engine's child process: the engine's interface on the IPC channel that the editor opened. */
import './language';
import type { EngineEvents } from '../shared/contracts';
import { connect, processPort } from '../shared/channel';
import { createEngine } from './service';

const engine = createEngine({
  progress: (event) => void editor.progress(event),
  changed: (event) => void editor.changed(event),
  epoch: (event) => void editor.epoch(event),
  log: (event) => void editor.log(event),
});

const { remote: editor } = connect<EngineEvents>(engine, processPort(process), {
  events: ['progress', 'changed', 'epoch', 'log'],
  onDefect: (error, method) => {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    void editor.log({ level: 'error', message: `${method}: ${detail}` });
  },
});

// Without its editor nobody can see or stop the engine; its runs resume from their checkpoints.
process.on('disconnect', () => process.exit());
