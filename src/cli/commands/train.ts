import { addRunOptions, startRun } from '../start-run';
import type { Verb } from '../verb';

export const train: Verb = {
  name: 'train',
  summary: 'only train; `score` applies the result',
  declare: (command) => addRunOptions(command),
  run: ([source = ''], options, output) => startRun(output, source, options, 'train'),
};
