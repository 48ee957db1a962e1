/** What stands behind a threshold: why it lies there, and how many of what it flags are odd. */
import { usualTailOf } from '../../src/shared/judgement';
import { estimateReal, type RealEstimate, type UsualTail } from '../../src/shared/real-estimate';
import type { Decision } from '../../src/shared/run';
import type { ThresholdSetting } from '../../src/shared/settings';
import { sortedNumbers } from '../../src/shared/statistics';
import type { Tail } from '../../src/shared/tail';
import { thresholdReason } from '../../src/shared/threshold-reasons';
import { chooseThreshold, type ThresholdInput } from '../../src/shared/thresholds';
import { locale } from '../localization';
import type { Judged } from './flag-counts';
import { Memo } from './memo';
import type { RankedScores } from '../../src/shared/ranked-scores';

export class ThresholdInsight {
  private readonly tailMemo = new Memo<UsualTail | undefined>();
  private readonly reasons = new Map<string, Memo<string>>();

  /** Undefined where the scores do not tell. */
  estimate(judged: Judged, usual: Tail | undefined, threshold: number): RealEstimate | undefined {
    const { ranking, decisions } = judged;
    const tail = this.tailMemo.get([ranking, usual], () => usualTailOf(sortedNumbers(ranking.column), usual));
    return tail && estimateReal(ranking, tail, threshold, placesOf(ranking, decisions));
  }

  /** A sentence; made once for each column. */
  reason(setting: ThresholdSetting, input: ThresholdInput): string {
    // A value is dragged through hundreds of settings, and its reason is always the same.
    const name = setting.method === 'value' ? setting.method : `${setting.method} ${setting.parameter ?? ''}`;
    const memo = this.reasons.get(name) ?? new Memo();
    this.reasons.set(name, memo);
    return memo.get([input.scores, input.untaught?.scores, input.known, input.normals, input.labels, input.usual], () =>
      thresholdReason(chooseThreshold(setting, input), input, locale),
    );
  }
}

function placesOf(ranking: RankedScores, decisions: Judged['decisions']): readonly (readonly [number, Decision])[] {
  return [...decisions].flatMap(([index, decision]) => {
    const rank = ranking.rank[index] ?? 0;
    return rank > 0 ? [[rank - 1, decision] as const] : [];
  });
}
