import { resolve } from 'node:path';
import { formatCount, formatScore, formatShare } from '../../shared/format';
import { judge } from '../../shared/judgement';
import { formatThreshold, parseThreshold } from '../../shared/threshold-methods';
import { exitStatus } from '../exit-status';
import { reviewWithThreshold } from '../follow';
import { absoluteLabels, optionText } from '../options';
import { evaluateRun, outcome } from '../outcome';
import { labelsHelp } from '../places-help';
import { labelsFor } from '../run-labels';
import { startEngine } from '../start-engine';
import { evaluationLines } from '../summary';
import type { Verb } from '../verb';

export const threshold: Verb = {
  name: 'threshold',
  summary: 'choose the threshold again; prints how many images it flags',
  declare: (command) => {
    command
      .argument('<run>', 'a run with scores')
      .argument('<method>', 'METHOD or METHOD:VALUE, such as mad, percentile:95, value:3.5')
      .option('--score <NAME>', 'the score it is for (the one in the review)')
      .option('--labels <FILE>', `labels, for the methods that choose by them: ${labelsHelp}`);
  },
  run: async ([run = '', method = ''], options, output) => {
    const setting = parseThreshold(method);
    const runFolder = resolve(run);
    const engine = await startEngine();
    const opened = await engine.open(runFolder);
    const score = optionText(options, 'score') ?? opened.review.score;
    const snapshot = { ...opened, review: { ...opened.review, score } };
    const spec = optionText(options, 'labels');
    const labels = spec === undefined ? undefined : await labelsFor(absoluteLabels(spec), snapshot.paths, output);
    const review = reviewWithThreshold(snapshot, setting, labels);
    await engine.saveReview(runFolder, review);
    const judgement = judge({ ...snapshot, review });
    if (!judgement) return exitStatus.broken;
    const { images } = snapshot.record;
    output.say(
      `${formatCount(judgement.flagged)} of ${formatCount(images)} images flagged (${formatShare(judgement.flagged / images)}): ` +
        `${judgement.score} at or above ${formatScore(judgement.threshold.value)} (${formatThreshold(setting)})`,
    );
    const evaluation = evaluateRun(snapshot, judgement, labels);
    if (evaluation) output.say(evaluationLines(evaluation).slice(0, 1).join('\n'));
    output.event('threshold', outcome({ ...snapshot, review }, judgement, evaluation));
    return exitStatus.done;
  },
};
