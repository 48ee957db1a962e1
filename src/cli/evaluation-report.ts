/** What `evaluate` says beyond the figures: how sure they are, where they fail, and which labels may be wrong. */
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Interval } from '../shared/bootstrap';
import { disagreements, type Disagreement } from '../shared/disagreements';
import { UserError } from '../shared/errors';
import { evaluationIntervals, type Evaluation } from '../shared/evaluation';
import { decisionOn } from '../shared/flags';
import { folderFigures, type FolderFigures } from '../shared/folder-figures';
import { formatCount, formatScore } from '../shared/format';
import type { Judgement } from '../shared/judgement';
import { thresholdSteps } from '../shared/ranking';
import type { RunSnapshot } from '../shared/run';

export interface EvaluationReport {
  /** 95 % intervals by bootstrap, by the figure's name. */
  readonly intervals: Readonly<Partial<Record<keyof Evaluation, Interval>>>;
  /** Empty where all images lie in one folder. */
  readonly folders: readonly FolderFigures[];
  readonly disagreements: {
    readonly missed: number;
    readonly falseAlarms: number;
    /** The plainest first. */
    readonly plainest: readonly NamedDisagreement[];
  };
}

interface NamedDisagreement extends Disagreement {
  readonly path: string;
}

const shownFolders = 20;
const figureNames = [
  ['auroc', 'AUROC'],
  ['averagePrecision', 'average precision'],
  ['tpr', 'TPR'],
  ['fpr', 'FPR'],
  ['tnr', 'TNR'],
  ['precision', 'precision'],
  ['f1', 'F1'],
] as const;

/** @param shown how many disagreements to name */
export function reportOn(
  { scores, paths, hashes, review }: RunSnapshot,
  { score, scores: column, flags }: Judgement,
  labels: ArrayLike<number>,
  shown: number,
): EvaluationReport {
  const isDecided = (index: number) => decisionOn(hashes[index], review.decisions) !== undefined;
  const found = disagreements({ scores: column, labels, flags, isDecided });
  const missed = found.filter(({ label }) => label === 1).length;
  return {
    intervals: evaluationIntervals({ columns: scores, score, labels, flags }),
    folders: folderFigures({ paths, scores: column, labels, flags }),
    disagreements: {
      missed,
      falseAlarms: found.length - missed,
      plainest: found.slice(0, shown).map((one) => ({ path: paths[one.index] ?? '', ...one })),
    },
  };
}

export function reportLines(report: EvaluationReport): string[] {
  return [...intervalLines(report), ...folderLines(report), ...disagreementLines(report)];
}

function intervalLines({ intervals }: EvaluationReport): string[] {
  const found = figureNames.flatMap(([name, title]) => {
    const interval = intervals[name];
    return interval ? [`${title} ${interval.low.toFixed(3)}–${interval.high.toFixed(3)}`] : [];
  });
  return found.length > 0 ? [`95 % of resamples: ${found.join(', ')}`] : [];
}

function folderLines({ folders }: EvaluationReport): string[] {
  if (folders.length === 0) return [];
  const rate = (value: number | undefined) => (value === undefined ? '–' : value.toFixed(3)).padStart(8);
  const rows = folders
    .slice(0, shownFolders)
    .map(
      ({ folder, images, flagged, tpr, tnr, auroc }) =>
        `  ${(folder === '' ? '.' : folder).padEnd(20)}${formatCount(images).padStart(8)}${formatCount(flagged).padStart(9)}${rate(tpr)}${rate(tnr)}${rate(auroc)}`,
    );
  const rest = folders.length - rows.length;
  return [
    `  ${'folder'.padEnd(20)}  images  flagged     TPR     TNR   AUROC`,
    ...rows,
    ...(rest > 0 ? [`  … and ${formatCount(rest)} more`] : []),
  ];
}

function disagreementLines({ disagreements: { missed, falseAlarms, plainest } }: EvaluationReport): string[] {
  if (plainest.length === 0) return [];
  const rest = missed + falseAlarms - plainest.length;
  const [images, alarms] = [missed + falseAlarms === 1 ? 'image' : 'images', falseAlarms === 1 ? 'alarm' : 'alarms'];
  return [
    `Labels and flags disagree on ${formatCount(missed + falseAlarms)} ${images} (${formatCount(missed)} missed, ${formatCount(falseAlarms)} false ${alarms}); the plainest may be labelled wrongly:`,
    ...plainest.map(
      ({ path, label, score }) =>
        `  ${label === 1 ? 'labelled bad, kept    ' : 'labelled good, flagged'}  ${formatScore(score).padStart(8)}  ${path}`,
    ),
    ...(rest > 0 ? [`  … and ${formatCount(rest)} more (--disagreements ${missed + falseAlarms})`] : []),
  ];
}

/** Every point of the ROC and precision-recall curves: one row a distinct score, the highest first. */
export async function writeCurves(file: string, scores: ArrayLike<number>, labels: ArrayLike<number>): Promise<number> {
  const { thresholds, truePositives, falsePositives, anomalies, normals } = thresholdSteps(scores, labels);
  const share = (count: number, of: number) => (of === 0 ? '' : String(count / of));
  const rows = Array.from(thresholds, (threshold, step) => {
    const [found, alarms] = [truePositives[step] ?? 0, falsePositives[step] ?? 0];
    return [
      threshold,
      found,
      alarms,
      share(found, anomalies),
      share(alarms, normals),
      share(found, found + alarms),
    ].join(',');
  });
  const header = 'threshold,true_positives,false_positives,tpr,fpr,precision';
  await write(file, [header, ...rows, ''].join('\n'));
  return rows.length;
}

/** A label file with the person's decisions in place of the labels they contradict; images without either are left out. */
export async function writeCorrectedLabels(
  file: string,
  { paths, hashes, review }: RunSnapshot,
  labels: ArrayLike<number>,
): Promise<{ readonly corrected: number; readonly written: number }> {
  let corrected = 0;
  const rows = paths.flatMap((path, index) => {
    const decision = decisionOn(hashes[index], review.decisions);
    const label = decision === undefined ? labels[index] : decision === 'bad' ? 1 : 0;
    if (label !== 0 && label !== 1) return [];
    if (decision !== undefined && label !== labels[index]) corrected++;
    return [`"${path.replaceAll('"', '""')}",${label}`];
  });
  await write(file, ['path,label', ...rows, ''].join('\n'));
  return { corrected, written: rows.length };
}

/** Whole or not at all. */
async function write(file: string, text: string): Promise<void> {
  // Loaded when something is to be written: help and wrong options answer at once.
  const { writeAtomically } = await import('../engine/runs/atomic');
  const folder = dirname(file);
  if (!(await stat(folder).catch(() => undefined))?.isDirectory()) {
    throw new UserError('settings-invalid', `“${file}” cannot be written: there is no folder “${folder}”.`);
  }
  await writeAtomically(file, text);
}
