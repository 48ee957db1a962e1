import { resolve } from 'node:path';
import { UserError } from '../../shared/errors';
import { formatCount } from '../../shared/format';
import { judge } from '../../shared/judgement';
import type { RunSnapshot } from '../../shared/run';
import { parseThreshold } from '../../shared/threshold-methods';
import { commandLine, nearPath } from '../command-line';
import { exitStatus, type ExitStatus } from '../exit-status';
import { reviewWithThreshold } from '../follow';
import { methodLines, methodRows } from '../method-table';
import { absoluteLabels, optionText } from '../options';
import { evaluateRun, outcome } from '../outcome';
import type { Output } from '../output';
import { labelsHelp } from '../places-help';
import { labelsFor } from '../run-labels';
import { startEngine } from '../start-engine';
import { countLines, evaluationLines } from '../summary';
import type { Verb } from '../verb';

export const threshold: Verb = {
  name: 'threshold',
  summary: 'choose the threshold again; without a method: what each would flag, side by side',
  declare: (command) => {
    command
      .argument('<run>', 'a run with scores')
      .argument('[method]', 'METHOD or METHOD:VALUE, such as mad, percentile:95, value:3.5')
      .option('--score <NAME>', 'the score it is for (the one in the review)')
      .option('--labels <FILE>', `labels, for the methods that choose by them: ${labelsHelp}`);
  },
  run: async ([run = '', method], options, output) => {
    const setting = method === undefined ? undefined : parseThreshold(method);
    const runFolder = resolve(run);
    const engine = await startEngine();
    const opened = await engine.open(runFolder);
    const score = optionText(options, 'score') ?? opened.review.score;
    const snapshot = { ...opened, review: { ...opened.review, score } };
    const spec = optionText(options, 'labels');
    const labels = spec === undefined ? undefined : await labelsFor(absoluteLabels(spec), snapshot.paths, output);
    if (!setting) return showMethods(snapshot, labels, output);
    const review = reviewWithThreshold(snapshot, setting, labels);
    await engine.saveReview(runFolder, review, undefined, opened.review);
    const judgement = judge({ ...snapshot, review });
    if (!judgement) return exitStatus.broken;
    await engine.noteFlagged(runFolder);
    output.say(countLines({ ...snapshot, review }, judgement).join('\n'));
    if (review.threshold.method !== setting.method) {
      output.say(`  Kept as this value: the labels that ${method} was chosen by are no part of the run.`);
    }
    const evaluation = evaluateRun(snapshot, judgement, labels);
    if (evaluation) output.say(evaluationLines(evaluation).slice(0, 1).join('\n'));
    output.event('threshold', outcome({ ...snapshot, review }, judgement, evaluation));
    return exitStatus.done;
  },
};

function showMethods(snapshot: RunSnapshot, labels: Int8Array | undefined, output: Output): ExitStatus {
  const judgement = judge(snapshot, labels);
  if (!judgement) {
    throw new UserError('run-invalid', `The run has no scores yet: ${commandLine('resume', snapshot.runFolder)}`);
  }
  const methods = methodRows(snapshot, labels);
  const { images } = snapshot.record;
  output.say(
    [
      `What each method would flag of ${formatCount(images)} images by the score “${judgement.score}”:`,
      ...methodLines(methods),
      '',
      `Choose one: ${commandLine('threshold', nearPath(snapshot.runFolder), 'METHOD')}`,
    ].join('\n'),
  );
  output.event('thresholds', { run: snapshot.runFolder, images, score: judgement.score, methods });
  return exitStatus.done;
}
