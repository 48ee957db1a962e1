/** Joins runs that scored parts of a data set, on one machine or on several. */
import { resolve } from 'node:path';
import { UserError } from '../../shared/errors';
import { exitStatus } from '../exit-status';
import { showResult } from '../follow';
import { onInterrupt } from '../interrupt';
import { optionText } from '../options';
import { startEngine } from '../start-engine';
import type { Verb } from '../verb';

export const merge: Verb = {
  name: 'merge',
  summary: 'join runs made by score --shard: makes the run that scoring everything at once would have made',
  declare: (command) => {
    command
      .argument('<run...>', 'the runs of all parts, in any order')
      .requiredOption('--out <RUN>', 'the folder of the joined run');
  },
  run: async (runs, options, output) => {
    const out = optionText(options, 'out') ?? '';
    if (out.trim() === '') throw new UserError('settings-invalid', '--out is empty: name a folder for the joined run.');
    const abort = new AbortController();
    const stop = new UserError('cancelled', 'Stopped; nothing was joined. Begin again with the same command.');
    const done = onInterrupt({ first: () => abort.abort(stop), second: () => process.exit(exitStatus.stopped) });
    try {
      const { mergeShards } = await import('../../engine/pipeline/merge');
      const runFolder = await mergeShards(
        runs.map((run) => resolve(run)),
        resolve(out),
        abort.signal,
      );
      const engine = await startEngine();
      await engine.noteFlagged(runFolder);
      await showResult(engine, runFolder, {}, output);
    } finally {
      done();
    }
    return exitStatus.done;
  },
};
