/** The last `--json` line of scan, train, score and evaluate; what does not apply is absent. */
import { evaluate } from '../shared/evaluation';
import type { Evaluation } from '../shared/evaluation';
import type { Judgement } from '../shared/judgement';
import type { RunSnapshot } from '../shared/run';

export interface Outcome {
  readonly run: string;
  readonly images: number;
  readonly unreadable: number;
  readonly [field: string]: unknown;
}

export function outcome(snapshot: RunSnapshot, judgement?: Judgement, evaluation?: Evaluation): Outcome {
  const { record } = snapshot;
  const found = {
    ...(judgement
      ? {
          flagged: judgement.flagged,
          threshold: {
            method: judgement.threshold.method,
            ...(judgement.threshold.parameter === undefined ? {} : { parameter: judgement.threshold.parameter }),
            value: judgement.threshold.value,
            score: judgement.score,
          },
        }
      : {}),
    ...evaluation,
    backend: record.backend,
    device: record.device,
    seconds: record.seconds,
    imagesPerSecond: record.imagesPerSecond,
    peakMemoryBytes: record.peakMemoryBytes,
  };
  return { run: snapshot.runFolder, images: record.images, unreadable: record.unreadable, ...found };
}

/** Every column and the flags against the labels. */
export function evaluateRun(snapshot: RunSnapshot, judgement: Judgement, labels: Int8Array): Evaluation {
  return evaluate({ columns: snapshot.scores, score: judgement.score, labels, flags: judgement.flags });
}
