import { resolve } from 'node:path';
import { followRun } from '../follow';
import { absoluteLabels, optionText } from '../options';
import { labelsHelp } from '../places-help';
import type { Verb } from '../verb';

export const resume: Verb = {
  name: 'resume',
  summary: 'go on after a stop',
  declare: (command) => {
    command
      .argument('<run>', 'a run that was stopped or interrupted')
      .option('--labels <FILE>', `evaluate when done: ${labelsHelp}`);
  },
  run: ([run = ''], options, output) => {
    const runFolder = resolve(run);
    const labels = optionText(options, 'labels');
    return followRun(output, {
      begin: async (engine) => {
        await engine.resume(runFolder);
        return { runFolder };
      },
      labels: labels === undefined ? undefined : absoluteLabels(labels),
    });
  },
};
