/** The last `--json` line of scan, train, score and evaluate; what does not apply is absent. */
import { evaluate } from '../shared/evaluation';
import type { Evaluation } from '../shared/evaluation';
import { explain, type Judgement } from '../shared/judgement';
import type { RunSnapshot } from '../shared/run';
import type { KnownAnomalies } from './known-thresholds';

export interface Outcome {
  readonly run: string;
  readonly images: number;
  readonly unreadable: number;
  readonly [field: string]: unknown;
}

export function outcome(
  snapshot: RunSnapshot,
  judgement?: Judgement,
  evaluation?: Evaluation,
  known?: KnownAnomalies,
): Outcome {
  const { record } = snapshot;
  const explanation = judgement && explain(snapshot, judgement);
  const found = {
    ...(judgement
      ? {
          flagged: judgement.flagged,
          threshold: {
            method: judgement.threshold.method,
            ...(judgement.threshold.parameter === undefined ? {} : { parameter: judgement.threshold.parameter }),
            value: judgement.threshold.value,
            score: judgement.score,
            ...(explanation && { reason: explanation.reason }),
          },
          ...(explanation?.estimate && { estimate: explanation.estimate }),
        }
      : {}),
    ...evaluation,
    ...(known && { knownAnomalies: known }),
    backend: record.backend,
    device: record.device,
    seconds: record.seconds,
    imagesPerSecond: record.imagesPerSecond,
    peakMemoryBytes: record.peakMemoryBytes,
  };
  return { run: snapshot.runFolder, images: record.images, unreadable: record.unreadable, ...found };
}

/** Every column and the flags against the labels, the run's own unless others are given; undefined without any. */
export function evaluateRun(
  snapshot: RunSnapshot,
  judgement: Judgement,
  labels = snapshot.labels,
): Evaluation | undefined {
  if (labels === undefined) return undefined;
  return evaluate({ columns: snapshot.scores, score: judgement.score, labels, flags: judgement.flags });
}
