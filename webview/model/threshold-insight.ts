/** What stands behind a threshold: why it lies there, and how many of what it flags are odd. */
import { usualTailOf } from '../../src/shared/judgement';
import { estimateReal, type RealEstimate, type UsualTail } from '../../src/shared/real-estimate';
import type { Decision } from '../../src/shared/run';
import type { ThresholdSetting } from '../../src/shared/settings';
import { sortedNumbers } from '../../src/shared/statistics';
import type { Tail } from '../../src/shared/tail';
import { thresholdReason } from '../../src/shared/threshold-reasons';
import type { ThresholdInput } from '../../src/shared/thresholds';
import { locale } from '../localization';
import { needsOf, type Judged } from './flag-counts';
import { Memo } from './memo';
import type { RankedScores } from '../../src/shared/ranked-scores';

export class ThresholdInsight {
  private readonly tailMemo = new Memo<UsualTail | undefined>();
  private readonly placesMemo = new Memo<Places>();
  private readonly reasons = new Map<string, Memo<string>>();

  /** Undefined where the scores do not tell. */
  estimate(judged: Judged, usual: Tail | undefined, threshold: number): RealEstimate | undefined {
    const { ranking, decisions } = judged;
    const tail = this.tailMemo.get([ranking, usual], () => usualTailOf(sortedNumbers(ranking.column), usual));
    const places = this.placesMemo.get([ranking, decisions], () => placesOf(ranking, decisions));
    return tail && estimateReal(ranking, tail, threshold, places);
  }

  /** A sentence; made once for each column. @param value where the line of `setting` lies */
  reason(setting: ThresholdSetting, value: number, input: ThresholdInput): string {
    // A value is dragged through hundreds of settings, and its reason is always the same.
    const name = setting.method === 'value' ? setting.method : `${setting.method} ${setting.parameter ?? ''}`;
    const memo = this.reasons.get(name) ?? new Memo();
    this.reasons.set(name, memo);
    return memo.get(needsOf(input), () => thresholdReason({ method: setting.method, value }, input, locale));
  }
}

/** Decisions by the place of their images in the ranking. */
type Places = readonly (readonly [place: number, decision: Decision])[];

function placesOf(ranking: RankedScores, decisions: Judged['decisions']): Places {
  return [...decisions].flatMap(([index, decision]) => {
    const rank = ranking.rank[index] ?? 0;
    return rank > 0 ? [[rank - 1, decision] as const] : [];
  });
}
