import { resolve } from 'node:path';
import { UserError } from '../../shared/errors';
import { formatCount } from '../../shared/format';
import { judge } from '../../shared/judgement';
import { commandLine, nearPath } from '../command-line';
import { reportLines, reportOn, writeCorrectedLabels, writeCurves } from '../evaluation-report';
import { exitStatus } from '../exit-status';
import { knownAnomalies } from '../known-thresholds';
import { absoluteLabels, optionText, type TypedOptions } from '../options';
import { evaluateRun, outcome } from '../outcome';
import { labelsHelp } from '../places-help';
import { labelsFor } from '../run-labels';
import { startEngine } from '../start-engine';
import { evaluationLines, knownLines } from '../summary';
import type { Verb } from '../verb';

const usualDisagreements = 10;

export const evaluate: Verb = {
  name: 'evaluate',
  summary: 'AUROC, average precision, TPR, TNR, F1, the confusion table, and where labels and flags disagree',
  declare: (command) => {
    command
      .argument('<run>', 'a run with scores')
      .option('--labels <FILE>', `${labelsHelp} (the labels the run was made with)`)
      .option('--score <NAME>', 'the score to evaluate (the one in the review)')
      .option('--disagreements <N>', `how many images to name whose label and flag disagree (${usualDisagreements})`)
      .option('--curves <FILE>', 'write all points of the ROC and precision-recall curves as CSV')
      .option('--corrected-labels <FILE>', 'write the labels with your decisions in place of those they contradict');
  },
  run: async ([run = ''], options, output) => {
    const shown = readCount(optionText(options, 'disagreements'));
    const [curves, corrected] = [fileOption(options, 'curves'), fileOption(options, 'correctedLabels')];
    const engine = await startEngine();
    const opened = await engine.open(resolve(run));
    const snapshot = {
      ...opened,
      review: { ...opened.review, score: optionText(options, 'score') ?? opened.review.score },
    };
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
    const report = reportOn(snapshot, judgement, labels, shown);
    output.say(
      [
        ...(evaluation ? evaluationLines(evaluation) : []),
        ...reportLines(report),
        ...(known ? knownLines(known) : []),
      ].join('\n'),
    );
    if (curves !== undefined) {
      const points = await writeCurves(curves, judgement.scores, labels);
      output.say(`${nearPath(curves)}: ${formatCount(points)} points`);
    }
    if (corrected !== undefined) {
      const counts = await writeCorrectedLabels(corrected, snapshot, labels);
      output.say(
        `${nearPath(corrected)}: ${formatCount(counts.written)} labels, ${formatCount(counts.corrected)} of them corrected`,
      );
    }
    output.event('done', { ...outcome(snapshot, judgement, evaluation, known), ...report });
    return exitStatus.done;
  },
};

function readCount(text: string | undefined): number {
  if (text === undefined) return usualDisagreements;
  const count = Number(text);
  if (text.trim() !== '' && Number.isInteger(count) && count >= 0) return count;
  throw new UserError('settings-invalid', `--disagreements needs a whole number from 0, not “${text}”.`);
}

function fileOption(options: TypedOptions, name: string): string | undefined {
  const file = optionText(options, name);
  if (file === '') throw new UserError('settings-invalid', 'The name of a file to write must not be empty.');
  return file === undefined ? undefined : resolve(file);
}
