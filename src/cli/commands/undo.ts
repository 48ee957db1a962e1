import { resolve } from 'node:path';
import { nearPath } from '../command-line';
import { exitStatus } from '../exit-status';
import { startEngine } from '../start-engine';
import type { Verb } from '../verb';
import { files, leftLines } from './quarantine';

export const undo: Verb = {
  name: 'undo',
  summary: 'bring back the files that `quarantine` moved away, those that are as they were',
  declare: (command) => {
    command.argument('<journal>', 'the journal that quarantine named, or the folder that the files were moved to');
  },
  run: async ([journal = ''], _options, output) => {
    const report = await (await startEngine()).undoMoves(resolve(journal));
    const { restored, inPlace, left } = report;
    output.say(
      [
        `Brought back ${files(restored)} (${nearPath(report.journal)})`,
        ...(inPlace > 0 ? [`${files(inPlace)} in place already`] : []),
        ...leftLines(left),
      ].join('\n'),
    );
    output.event('undone', report);
    return left.length > 0 ? exitStatus.broken : exitStatus.done;
  },
};
