import { resolve } from 'node:path';
import { UserError } from '../../shared/errors';
import { judge } from '../../shared/judgement';
import { commandLine } from '../command-line';
import { exitStatus } from '../exit-status';
import { knownAnomalies } from '../known-thresholds';
import { absoluteLabels, optionText } from '../options';
import { evaluateRun, outcome } from '../outcome';
import { labelsHelp } from '../places-help';
import { labelsFor } from '../run-labels';
import { startEngine } from '../start-engine';
import { evaluationLines, knownLines } from '../summary';
import type { Verb } from '../verb';

export const evaluate: Verb = {
  name: 'evaluate',
  summary: 'AUROC, average precision, TPR, TNR, F1 and the confusion table',
  declare: (command) => {
    command
      .argument('<run>', 'a run with scores')
      .option('--labels <FILE>', `${labelsHelp} (the labels the run was made with)`);
  },
  run: async ([run = ''], options, output) => {
    const engine = await startEngine();
    const snapshot = await engine.open(resolve(run));
    const spec = optionText(options, 'labels');
    const labels = spec === undefined ? snapshot.labels : await labelsFor(absoluteLabels(spec), snapshot.paths, output);
    if (labels === undefined) {
      throw new UserError('settings-invalid', 'The run was made without labels: name them with --labels FILE.');
    }
    const judgement = judge(snapshot, labels);
    if (!judgement) {
      throw new UserError('run-invalid', `The run has no scores yet; go on with it: ${commandLine('resume', run)}`);
    }
    const evaluation = evaluateRun(snapshot, judgement, labels);
    const known = knownAnomalies(snapshot, judgement, labels);
    output.say([...(evaluation ? evaluationLines(evaluation) : []), ...(known ? knownLines(known) : [])].join('\n'));
    output.event('done', outcome(snapshot, judgement, evaluation, known));
    return exitStatus.done;
  },
};
