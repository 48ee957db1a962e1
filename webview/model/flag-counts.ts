/** What a threshold flags: lines by each method, and counts that do not go through all images. */
import type { Decision, Review } from '../../src/shared/run';
import type { ThresholdSetting } from '../../src/shared/settings';
import { chooseThreshold, type ThresholdInput } from '../../src/shared/thresholds';
import { Memo } from './memo';
import type { RankedScores } from '../../src/shared/ranked-scores';

/** The lines that methods draw, each found once for a column. */
export class ThresholdLines {
  private readonly lines = new Map<string, Memo<number | undefined>>();

  /** Undefined where the method needs something that this run does not have. */
  of(setting: ThresholdSetting, input: Partial<ThresholdInput>): number | undefined {
    const { scores, ...evidence } = input;
    if (setting.method === 'value') return setting.parameter ?? chooseThreshold(setting, { scores: [] }).value;
    if (!scores) return undefined;
    const name = `${setting.method} ${setting.parameter ?? ''}`;
    const memo = this.lines.get(name) ?? new Memo();
    this.lines.set(name, memo);
    return memo.get(needsOf(input), () => {
      try {
        return chooseThreshold(setting, { ...evidence, scores }).value;
      } catch {
        return undefined; // needs labels or known anomalies, or is out of range: the menu leaves it out
      }
    });
  }
}

/** What a line is drawn by, for a {@link Memo}: what is made anew around it counts as the same. */
export function needsOf(input: Partial<ThresholdInput>): readonly unknown[] {
  return [input.scores, input.untaught?.scores, input.known, input.normals, input.labels, input.usual];
}

/** What the review adds to the scores. */
export interface Judged {
  readonly ranking: RankedScores;
  readonly decisions: ReadonlyMap<number, Decision>;
  readonly unreadable: Review['unreadable'];
}

/** What the score alone says of an image. */
export function isAboveLine({ ranking, unreadable }: Judged, index: number, threshold: number): boolean {
  const score = ranking.scoreOf(index);
  return Number.isNaN(score) ? unreadable === 'flag' : score >= threshold;
}

/** How many images a threshold flags, decisions included. */
export function countFlagged(judged: Judged, threshold: number): number {
  let count = countAboveLine(judged, threshold);
  for (const [index, decision] of judged.decisions) {
    count += Number(decision === 'bad') - Number(isAboveLine(judged, index, threshold));
  }
  return count;
}

/** How many images have a decision, of those and the others that the score flags: what is flagged is to be looked at. */
export function countReviewed(judged: Judged, threshold: number): { readonly done: number; readonly total: number } {
  const done = judged.decisions.size;
  let total = countAboveLine(judged, threshold) + done;
  for (const index of judged.decisions.keys()) total -= Number(isAboveLine(judged, index, threshold));
  return { done, total };
}

function countAboveLine({ ranking, unreadable }: Judged, threshold: number): number {
  const withoutScore = unreadable === 'flag' ? ranking.column.length - ranking.scored : 0;
  return ranking.countAtLeast(threshold) + withoutScore;
}
