import { resolve } from 'node:path';
import { formatCount, formatShare } from '../../shared/format';
import { UserError } from '../../shared/errors';
import { judge } from '../../shared/judgement';
import type { Decision, Review, RunSnapshot } from '../../shared/run';
import { compositeScore, taughtScore } from '../../shared/score-names';
import { exitStatus } from '../exit-status';
import { findImage } from '../find-image';
import { optionText, optionTexts } from '../options';
import { evaluateRun, outcome } from '../outcome';
import { startEngine } from '../start-engine';
import { evaluationLines } from '../summary';
import type { Verb } from '../verb';

export const mark: Verb = {
  name: 'mark',
  summary: 'say of images that they are bad or good; the ranking can learn from it',
  declare: (command) => {
    command
      .argument('<run>', 'a run with scores')
      .option('--bad <IMAGE...>', 'anomalies: paths as in the ranking, or numbers as in the CSV export')
      .option('--good <IMAGE...>', 'images that are fine')
      .option('--undo <IMAGE...>', 'takes back what was said of these')
      .option('--learn <on|off>', 'whether all decisions of this run correct its ranking');
  },
  run: async ([run = ''], options, output) => {
    const learn = readLearn(optionText(options, 'learn'));
    const runFolder = resolve(run);
    const engine = await startEngine();
    const before = await engine.open(runFolder);
    const wishes: readonly (readonly [Decision | 'none', readonly string[]])[] = [
      ['bad', optionTexts(options, 'bad')],
      ['good', optionTexts(options, 'good')],
      ['none', optionTexts(options, 'undo')],
    ];
    const review = withLearning(withDecisions(before, wishes), learn);
    if (review.learn === true) await engine.teach(runFolder, review.decisions); // says now why it cannot be
    // Looking on must also work where nothing can be written.
    const isWish = learn !== undefined || wishes.some(([, names]) => names.length > 0);
    if (isWish) {
      await engine.saveReview(runFolder, review, undefined, before.review);
      await engine.noteFlagged(runFolder);
    }
    const snapshot = await engine.open(runFolder);
    const judgement = judge(snapshot);
    if (!judgement) {
      throw new UserError('run-invalid', `The run ${runFolder} has no scores yet. Let it go on first.`);
    }
    const marks = countMarks(review);
    const { images } = snapshot.record;
    output.say(
      `${formatCount(marks.bad)} marked bad, ${formatCount(marks.good)} good; the ranking ${review.learn === true ? 'learns from them' : 'does not learn from them (--learn on)'}`,
    );
    output.say(
      `${formatCount(judgement.flagged)} of ${formatCount(images)} images flagged (${formatShare(judgement.flagged / images)})`,
    );
    const evaluation = evaluateRun(snapshot, judgement);
    if (evaluation) output.say(evaluationLines(evaluation).slice(0, 1).join('\n'));
    output.event('marked', { ...outcome(snapshot, judgement, evaluation), marks, learn: review.learn === true });
    return exitStatus.done;
  },
};

function readLearn(text: string | undefined): boolean | undefined {
  if (text === undefined) return undefined;
  if (text === 'on' || text === 'off') return text === 'on';
  throw new UserError('settings-invalid', `--learn needs on or off, not “${text}”.`);
}

/** A later kind of wish outranks an earlier one; images with the same content share what is said of them. */
function withDecisions(
  { review, paths, hashes, runFolder, record }: RunSnapshot,
  wishes: readonly (readonly [Decision | 'none', readonly string[]])[],
): Review {
  const decisions = new Map(Object.entries(review.decisions));
  for (const [decision, names] of wishes) {
    for (const name of names) {
      const index = findImage(name, paths, record.request.source);
      const hash = hashes[index] ?? '';
      if (hash === '') {
        throw new UserError(
          'source-unreadable',
          `Nothing can be said of ${paths[index] ?? name}: its bytes could not be read in the run ${runFolder}.`,
        );
      }
      if (decision === 'none') decisions.delete(hash);
      else decisions.set(hash, decision);
    }
  }
  return { ...review, decisions: Object.fromEntries(decisions) };
}

/** What is taught takes the place of the composite; another column that was chosen stays. */
function withLearning(review: Review, learn: boolean | undefined): Review {
  if (learn === undefined) return review;
  const [from, to] = learn ? [compositeScore, taughtScore] : [taughtScore, compositeScore];
  return { ...review, learn, score: review.score === from ? to : review.score };
}

function countMarks({ decisions }: Review): { bad: number; good: number } {
  const all = Object.values(decisions);
  const bad = all.filter((decision) => decision === 'bad').length;
  return { bad, good: all.length - bad };
}
