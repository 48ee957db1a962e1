/** How flags and scores agree with labels, at any threshold, without going through all images. */
import { evaluate, type RankingQuality } from '../../src/shared/evaluation';
import { confusion, type Confusion } from '../../src/shared/ranking';
import type { Decision } from '../../src/shared/run';
import { isAboveLine, type Judged } from './flag-counts';
import { Memo } from './memo';
import type { RankedScores } from '../../src/shared/ranked-scores';
import type { Show } from './view-state';

/** 1 bad, 0 good, −1 without a label; by index. */
export type Labels = Int8Array;

interface Running {
  /** By place: how many images labelled bad (good) are among the strangest so many. */
  readonly bad: Uint32Array;
  readonly good: Uint32Array;
}

export class LabelCounts {
  private readonly runningMemo = new Memo<Running>();
  private readonly qualityMemo = new Memo<RankingQuality>();

  /** The same as counting all flags, decisions included, against the labels. */
  at(judged: Judged, labels: Labels, threshold: number): Confusion {
    const { ranking, decisions, unreadable } = judged;
    const { bad, good } = this.runningMemo.get([ranking, labels], () => runningCounts(ranking, labels));
    const above = ranking.countAtLeast(threshold);
    // Those without a score stand behind all others.
    const flaggedEnd = unreadable === 'flag' ? labels.length : ranking.scored;
    const flagged = (counts: Uint32Array) =>
      (counts[above] ?? 0) + (counts[flaggedEnd] ?? 0) - (counts[ranking.scored] ?? 0);
    let truePositives = flagged(bad);
    let falsePositives = flagged(good);
    for (const [index, decision] of decisions) {
      const change = Number(decision === 'bad') - Number(isAboveLine(judged, index, threshold));
      if (labels[index] === 1) truePositives += change;
      else if (labels[index] === 0) falsePositives += change;
    }
    return {
      truePositives,
      falsePositives,
      trueNegatives: (good.at(-1) ?? 0) - falsePositives,
      falseNegatives: (bad.at(-1) ?? 0) - truePositives,
    };
  }

  /** Like {@link at}, against the labels as the user's decisions correct them: who decides says how it is. */
  corrected(judged: Judged, labels: Labels, threshold: number): Confusion {
    const table = { ...this.at(judged, labels, threshold) };
    for (const [index, decision] of judged.decisions) {
      if (!contradicts(decision, labels[index])) continue;
      if (decision === 'bad') {
        table.falsePositives--;
        table.truePositives++;
      } else {
        table.falseNegatives--;
        table.trueNegatives++;
      }
    }
    return table;
  }

  /** How many labels the decisions say to be wrong. */
  corrections({ decisions }: Judged, labels: Labels): number {
    let count = 0;
    for (const [index, decision] of decisions) count += Number(contradicts(decision, labels[index]));
    return count;
  }

  /** AUROC and average precision of a column. */
  quality(ranking: RankedScores, labels: Labels): RankingQuality {
    return this.qualityMemo.get([ranking, labels], () => {
      const columns = { shown: ranking.column };
      return evaluate({ columns, score: 'shown', labels, flags: noFlags }).perScore['shown'] ?? {};
    });
  }
}

function contradicts(decision: Decision, label: number | undefined): boolean {
  return label === 1 ? decision === 'good' : label === 0 && decision === 'bad';
}

const noFlags = new Uint8Array();

function runningCounts(ranking: RankedScores, labels: Labels): Running {
  const bad = new Uint32Array(labels.length + 1);
  const good = new Uint32Array(labels.length + 1);
  ranking.order.forEach((index, place) => {
    bad[place + 1] = (bad[place] ?? 0) + Number(labels[index] === 1);
    good[place + 1] = (good[place] ?? 0) + Number(labels[index] === 0);
  });
  return { bad, good };
}

/** Whether any image has a label: a label file may name other images only. */
export function hasLabels(labels: Labels | undefined): labels is Labels {
  if (!labels) return false;
  const { trueNegatives, falseNegatives } = confusion(new Uint8Array(labels.length), labels);
  return trueNegatives + falseNegatives > 0;
}

/** Whether the flag says otherwise than the label; an image without a label agrees with anything. */
export function labelDisagrees(label: number | undefined, flagged: boolean): boolean {
  return label === 1 ? !flagged : label === 0 && flagged;
}

/** Filters that need labels. */
export function isDisagreement(show: Show): show is 'disagrees' | 'missed' | 'false-alarm' {
  return show === 'disagrees' || show === 'missed' || show === 'false-alarm';
}
