/** What the scores of the known anomalies say about where to draw the line: their minimum, mean and maximum. */
import { confusion, falsePositiveRate, truePositiveRate } from '../shared/ranking';
import { judge } from '../shared/judgement';
import type { Judgement } from '../shared/judgement';
import type { RunSnapshot } from '../shared/run';

export interface KnownThreshold {
  /** Of the score in force. */
  readonly value: number;
  /** The same before the score was made comparable, such as the mean squared error; absent for the composite. */
  readonly raw?: number;
  readonly flagged: number;
  /** With labels of both kinds: shares of the anomalies and of the normal images that it flags. */
  readonly tpr?: number;
  readonly fpr?: number;
}

export interface KnownAnomalies {
  readonly images: number;
  readonly minimum: KnownThreshold;
  readonly mean: KnownThreshold;
  readonly maximum: KnownThreshold;
}

/** Undefined for a run without known anomalies that could be read. */
export function knownAnomalies(
  snapshot: RunSnapshot,
  { score }: Judgement,
  labels: ArrayLike<number> | undefined = snapshot.labels,
): KnownAnomalies | undefined {
  const images = snapshot.knownScores?.[score]?.filter((value) => !Number.isNaN(value)).length ?? 0;
  if (images === 0) return undefined;
  const at = (method: 'known-min' | 'known-mean' | 'known-max'): KnownThreshold => {
    const judged = judge({ ...snapshot, review: { ...snapshot.review, threshold: { method } } }, labels);
    const table = labels && judged && confusion(judged.flags, labels);
    const tpr = table && truePositiveRate(table);
    const fpr = table && falsePositiveRate(table);
    const value = judged?.threshold.value ?? NaN;
    const raw = rawValue(snapshot, score, value);
    return {
      value,
      ...(raw !== undefined && { raw }),
      flagged: judged?.flagged ?? 0,
      ...(tpr !== undefined && { tpr }),
      ...(fpr !== undefined && { fpr }),
    };
  };
  return { images, minimum: at('known-min'), mean: at('known-mean'), maximum: at('known-max') };
}

/** Scores are robust z of logarithms; this takes one back. */
function rawValue({ record }: RunSnapshot, score: string, z: number): number | undefined {
  const calibration = record.scores.find(({ name }) => name === score)?.calibration;
  return calibration && Math.exp(calibration.logMedian + z * calibration.logScale);
}
