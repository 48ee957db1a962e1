/** What labels say about a run: the figures of `evaluate` and of the last `--json` line. */
import { rankingIntervalsNow, tableIntervals, type RankingIntervals, type TableIntervals } from './bootstrap';
import {
  auroc,
  averagePrecision,
  confusion,
  f1,
  falsePositiveRate,
  precision,
  trueNegativeRate,
  truePositiveRate,
} from './ranking';
import type { Confusion } from './ranking';

export interface RankingQuality {
  /** Absent unless both classes are among the labelled images that have a score. */
  readonly auroc?: number;
  readonly averagePrecision?: number;
}

export interface Evaluation extends RankingQuality {
  /** Labelled images. */
  readonly labelled: number;
  readonly tpr?: number;
  readonly fpr?: number;
  readonly tnr?: number;
  readonly precision?: number;
  readonly f1?: number;
  readonly confusion: Confusion;
  readonly perScore: Readonly<Record<string, RankingQuality>>;
}

export interface EvaluationInput {
  readonly columns: Readonly<Record<string, ArrayLike<number>>>;
  /** The column that is thresholded. */
  readonly score: string;
  /** 1 anomaly, 0 normal, anything else unlabelled. */
  readonly labels: ArrayLike<number>;
  readonly flags: ArrayLike<number>;
}

export function evaluate(input: EvaluationInput): Evaluation {
  const { columns, labels, flags } = input;
  const chosen = columns[input.score];
  const table = confusion(flags, labels);
  const perScore: Record<string, RankingQuality> = {};
  for (const [name, scores] of Object.entries(columns)) perScore[name] = rankingQuality(scores, labels);
  return {
    labelled: table.truePositives + table.falsePositives + table.trueNegatives + table.falseNegatives,
    ...(chosen ? rankingQuality(chosen, labels) : {}),
    ...defined('tpr', truePositiveRate(table)),
    ...defined('fpr', falsePositiveRate(table)),
    ...defined('tnr', trueNegativeRate(table)),
    ...defined('precision', precision(table)),
    ...defined('f1', f1(table)),
    confusion: table,
    perScore,
  };
}

/** 95 % intervals of the figures of {@link evaluate}, by bootstrap. */
export function evaluationIntervals({
  columns,
  score,
  labels,
  flags,
}: EvaluationInput): TableIntervals & Partial<RankingIntervals> {
  const chosen = columns[score];
  return { ...(chosen && rankingIntervalsNow(chosen, labels)), ...tableIntervals(confusion(flags, labels)) };
}

function rankingQuality(scores: ArrayLike<number>, labels: ArrayLike<number>): RankingQuality {
  return {
    ...defined('auroc', auroc(scores, labels)),
    ...defined('averagePrecision', averagePrecision(scores, labels)),
  };
}

function defined<Name extends string>(name: Name, value: number | undefined): Partial<Record<Name, number>> {
  const entry: Partial<Record<Name, number>> = {};
  if (value !== undefined) entry[name] = value;
  return entry;
}
