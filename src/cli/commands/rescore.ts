/** Scores a run anew with other areas and the network it has. */
import { resolve } from 'node:path';
import { UserError } from '../../shared/errors';
import { areaWords } from '../../shared/command-line-text';
import { addOtherAreaOptions, readAreas } from '../areas';
import { commandLine, nearPath } from '../command-line';
import { followRun } from '../follow';
import { absoluteLabels, optionText } from '../options';
import { labelsHelp } from '../places-help';
import type { Verb } from '../verb';

export const rescore: Verb = {
  name: 'rescore',
  summary: 'score a run anew with areas that do not count, without training; the run keeps the areas given here',
  declare: (command) => {
    command.argument('<run>', 'a complete run');
    addOtherAreaOptions(command);
    command.option('--labels <FILE>', `evaluate when done: ${labelsHelp}`);
  },
  run: ([run = ''], options, output) => {
    const runFolder = resolve(run);
    const areas = readAreas(options);
    if (areas === undefined) {
      throw new UserError(
        'settings-invalid',
        'rescore needs the areas to score with: --ignore x0,y0,x1,y1 or --attend x0,y0,x1,y1, or --no-areas.',
      );
    }
    const labels = optionText(options, 'labels');
    return followRun(output, {
      // Nothing is trained: whatever opens the network will do.
      backend: 'auto',
      begin: async (engine) => {
        await engine.rescore(runFolder, areas);
        return { runFolder };
      },
      stopped: {
        sentence: 'Stopped; the former scores stay. Begin again with',
        command: commandLine('rescore', nearPath(runFolder), ...areaWords(areas)),
      },
      labels: labels === undefined ? undefined : absoluteLabels(labels),
    });
  },
};
