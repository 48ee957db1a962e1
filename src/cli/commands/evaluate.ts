import { resolve } from 'node:path';
import { UserError } from '../../shared/errors';
import { judge } from '../../shared/judgement';
import { commandLine } from '../command-line';
import { exitStatus } from '../exit-status';
import { optionText } from '../options';
import { evaluateRun, outcome } from '../outcome';
import { labelsFor } from '../run-labels';
import { startEngine } from '../start-engine';
import { evaluationLines } from '../summary';
import type { Verb } from '../verb';

export const evaluate: Verb = {
  name: 'evaluate',
  summary: 'AUROC, average precision, TPR, TNR, F1 and the confusion table',
  declare: (command) => {
    command
      .argument('<run>', 'a run with scores')
      .requiredOption('--labels <FILE>', 'a label file, or `layout` for folder names');
  },
  run: async ([run = ''], options, output) => {
    const engine = await startEngine();
    const snapshot = await engine.open(resolve(run));
    const labels = await labelsFor(optionText(options, 'labels') ?? '', snapshot.paths, output);
    const judgement = judge(snapshot, labels);
    if (!judgement) {
      throw new UserError('run-invalid', `The run has no scores yet; go on with it: ${commandLine('resume', run)}`);
    }
    const evaluation = evaluateRun(snapshot, judgement, labels);
    output.say(evaluationLines(evaluation).join('\n'));
    output.event('done', outcome(snapshot, judgement, evaluation));
    return exitStatus.done;
  },
};
