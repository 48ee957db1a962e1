/** What a new snapshot of the same run changes. */
import type { EpochReport, RunSnapshot } from '../../src/shared/run';

/** Whether both show the same images in the same order with the same scores. */
export function sameRanking(a: RunSnapshot, b: RunSnapshot): boolean {
  const names = Object.keys(a.scores);
  if (a.paths.length !== b.paths.length || names.length !== Object.keys(b.scores).length) return false;
  return names.every((name) => sameColumn(a.scores[name], b.scores[name]));
}

/** The newer state of the run, with the ranking that is on show. */
export function withoutNewRanking(shown: RunSnapshot, newer: RunSnapshot): RunSnapshot {
  return { ...shown, record: newer.record };
}

/** In order of epochs; a report of an epoch that is already there replaces it (training was resumed). */
export function mergeEpochs(reports: readonly EpochReport[], report: EpochReport): EpochReport[] {
  return [...reports.filter((known) => known.epoch < report.epoch), report];
}

function sameColumn(a: Float32Array | undefined, b: Float32Array | undefined): boolean {
  if (a?.length !== b?.length) return false;
  return a?.every((score, index) => Object.is(score, b?.[index])) ?? true;
}
