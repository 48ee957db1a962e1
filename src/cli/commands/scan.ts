import { addRunOptions, startRun } from '../start-run';
import type { Verb } from '../verb';

export const scan: Verb = {
  name: 'scan',
  summary: 'train on the images, score them, choose a threshold: makes a run',
  declare: (command) => addRunOptions(command),
  run: ([source = ''], options, output) => startRun(output, source, options, 'scan'),
};
