/** Every threshold method that a run can use, side by side: what each would flag, and why. */
import { UserError } from '../shared/errors';
import { formatCount, formatScore, formatShare } from '../shared/format';
import { explain, judge } from '../shared/judgement';
import type { RealEstimate } from '../shared/real-estimate';
import type { RunSnapshot } from '../shared/run';
import { thresholdMethods, type ThresholdMethod, type ThresholdSetting } from '../shared/settings';
import { formatThreshold } from '../shared/threshold-methods';
import { estimateText } from './summary';

export interface MethodRow {
  readonly method: ThresholdMethod;
  /** The parameter in force, given or default. */
  readonly parameter?: number;
  readonly value: number;
  /** Decisions included, like every count. */
  readonly flagged: number;
  readonly share: number;
  /** Why the line lies there, or what must hold for it to be right. */
  readonly reason: string;
  readonly estimate?: RealEstimate;
  /** The one that the review uses. */
  readonly current: boolean;
}

/** Methods that need labels, known anomalies or known usual images are left out where there are none. */
export function methodRows(
  snapshot: RunSnapshot,
  labels: ArrayLike<number> | undefined = snapshot.labels,
): MethodRow[] {
  const { review } = snapshot;
  return thresholdMethods.flatMap((method) => {
    const current = method === review.threshold.method;
    if (method === 'value' && !current) return [];
    const setting: ThresholdSetting = current ? review.threshold : { method };
    const chosen = { ...snapshot, review: { ...review, threshold: setting } };
    const judgement = judgeIfUsable(chosen, labels);
    if (!judgement) return [];
    const { threshold, flagged } = judgement;
    const share = flagged / Math.max(1, snapshot.paths.length);
    return [{ ...threshold, flagged, share, ...explain(chosen, judgement), current }];
  });
}

function judgeIfUsable(...args: Parameters<typeof judge>): ReturnType<typeof judge> {
  try {
    return judge(...args);
  } catch (error) {
    if (error instanceof UserError) return undefined; // it lacks what this method needs
    throw error;
  }
}

export function methodLines(rows: readonly MethodRow[]): string[] {
  return [
    `  ${'method'.padEnd(18)}    score   flagged`,
    ...rows.flatMap(({ method, parameter, value, flagged, share, reason, estimate, current }) => {
      const name = formatThreshold({
        method,
        ...(parameter !== undefined && { parameter: Number(parameter.toPrecision(6)) }),
      });
      const figures = `${formatScore(value).padStart(9)}${formatCount(flagged).padStart(10)}  (${formatShare(share)})`;
      const estimated = estimate ? `, ${estimateText(estimate)}` : '';
      return [`${current ? '→' : ' '} ${name.padEnd(18)}${figures}${estimated}`, `      ${reason}`];
    }),
  ];
}
