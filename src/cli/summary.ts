/** The readable end of a run: the strangest images, the counts, and what to do next. */
import { computerText } from '../shared/device-names';
import type { Evaluation } from '../shared/evaluation';
import { formatBytes, formatCount, formatDuration, formatScore, formatShare } from '../shared/format';
import { explain, type Judgement } from '../shared/judgement';
import { printable } from '../shared/printable';
import { strangestFirst } from '../shared/ranking';
import type { RealEstimate } from '../shared/real-estimate';
import type { RunRecord, RunSnapshot } from '../shared/run';
import { formatThreshold } from '../shared/threshold-methods';
import type { ChosenThreshold } from '../shared/thresholds';
import { commandLine, nearPath } from './command-line';
import type { KnownAnomalies, KnownThreshold } from './known-thresholds';

const shownImages = 10;
const shownNames = 5;
const barWidth = 20;

export function summary(
  snapshot: RunSnapshot,
  judgement?: Judgement,
  evaluation?: Evaluation,
  known?: KnownAnomalies,
): string {
  const { record } = snapshot;
  const blocks = [
    judgement ? ranking(snapshot, judgement) : [],
    judgement ? countLines(snapshot, judgement) : [`${formatCount(record.images)} images, no scores yet`],
    evaluation ? evaluationLines(evaluation) : [],
    known ? knownLines(known) : [],
    unreadableLines(snapshot),
    record.notes.map((note) => `Note: ${note}`),
    [workLine(record), `Run folder: ${nearPath(snapshot.runFolder)}`],
    nextLines(snapshot, judgement),
  ];
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

function ranking(snapshot: RunSnapshot, { scores, flags }: Judgement): string[] {
  const best = strangestFirst(scores).slice(0, shownImages);
  const highest = Math.max(...best.map((index) => scores[index] ?? 0));
  const lines = best.map((index, place) => {
    const score = scores[index] ?? NaN;
    const length = highest > 0 ? Math.round((barWidth * Math.max(score, 0)) / highest) : 0;
    const bar = '█'.repeat(length).padEnd(barWidth, '·');
    const mark = flags[index] === 1 ? '⚑' : ' ';
    return `${String(place + 1).padStart(3)}  ${mark}  ${formatScore(score).padStart(7)}  ${bar}  ${printable(snapshot.paths[index] ?? '')}`;
  });
  return lines.length > 0 ? ['The strangest images (⚑ flagged):', ...lines] : [];
}

/** How many are flagged by what, why the line lies there, and how many of them are odd as far as the scores tell. */
export function countLines(snapshot: RunSnapshot, judgement: Judgement): string[] {
  const { flagged, threshold, score } = judgement;
  const { images } = snapshot.record;
  const share = images > 0 ? ` (${formatShare(flagged / images)})` : '';
  const { reason, estimate } = explain(snapshot, judgement);
  const withoutScore = judgement.flags.filter((flag, index) => flag === 1 && Number.isNaN(judgement.scores[index]));
  return [
    `${formatCount(flagged)} of ${formatCount(images)} images flagged${share}: ${score} at or above ${formatScore(threshold.value)} (${methodText(threshold)})`,
    ...(withoutScore.length > 0 ? [`  ${formatCount(withoutScore.length)} of them cannot be read`] : []),
    `  Why there: ${reason}`,
    ...(estimate && estimate.flagged > 0 ? [`  Estimate: ${estimateText(estimate)}`] : []),
  ];
}

/** A value stands beside it already. */
function methodText(threshold: ChosenThreshold): string {
  return threshold.method === 'value' ? 'value' : formatThreshold(threshold);
}

/** `about 9 of 12 real (7 to 11)` */
export function estimateText({ real, flagged, low, high }: RealEstimate): string {
  const range = low === high ? '' : ` (${formatCount(low)} to ${formatCount(high)})`;
  return `about ${formatCount(real)} of ${formatCount(flagged)} real${range}`;
}

/** Figures of `evaluate` for a person. */
export function evaluationLines(evaluation: Evaluation): string[] {
  const { confusion: table } = evaluation;
  const rate = (name: string, value: number | undefined) =>
    value === undefined ? [] : [`${name} ${value.toFixed(4)}`];
  const figures = [
    ...rate('AUROC', evaluation.auroc),
    ...rate('average precision', evaluation.averagePrecision),
    ...rate('TPR', evaluation.tpr),
    ...rate('FPR', evaluation.fpr),
    ...rate('TNR', evaluation.tnr),
    ...rate('precision', evaluation.precision),
    ...rate('F1', evaluation.f1),
  ];
  const scores = Object.entries(evaluation.perScore)
    .filter(([, quality]) => quality.auroc !== undefined)
    .map(
      ([name, { auroc = 0, averagePrecision = 0 }]) =>
        `  ${name.padEnd(16)} ${auroc.toFixed(4)}  ${averagePrecision.toFixed(4)}`,
    );
  return [
    `Against ${formatCount(evaluation.labelled)} labels: ${figures.join(', ') || 'nothing to compare'}`,
    `                 flagged  kept`,
    `  anomalies   ${cell(table.truePositives)}${cell(table.falseNegatives)}`,
    `  normal      ${cell(table.falsePositives)}${cell(table.trueNegatives)}`,
    ...(scores.length > 0 ? ['  score            AUROC   average precision', ...scores] : []),
  ];
}

/** What a threshold at the known anomalies' minimum, mean and maximum would flag. */
export function knownLines({ images, minimum, mean, maximum }: KnownAnomalies): string[] {
  const hasRates = minimum.tpr !== undefined && minimum.fpr !== undefined;
  const rate = (value = NaN) => (Number.isNaN(value) ? '' : value.toFixed(4)).padStart(9);
  const row = (name: string, { value, raw, flagged, tpr, fpr }: KnownThreshold) =>
    `  ${name.padEnd(10)}${formatScore(value).padStart(10)}${cell(flagged)}` +
    (hasRates ? rate(tpr) + rate(fpr) : '') +
    (raw === undefined ? '' : `   (${raw.toPrecision(3)} before calibration)`);
  return [
    `A threshold by the ${formatCount(images)} known anomalies:`,
    `  at their     score flagged${hasRates ? '      TPR      FPR' : ''}`,
    row('minimum', minimum),
    row('mean', mean),
    row('maximum', maximum),
  ];
}

function cell(count: number): string {
  return formatCount(count).padStart(8);
}

function unreadableLines({ unreadable, paths }: RunSnapshot): string[] {
  const found = Object.entries(unreadable);
  if (found.length === 0) return [];
  const names = found
    .slice(0, shownNames)
    .map(([index, reason]) => `  ${printable(paths[Number(index)] ?? index)}: ${reason}`);
  const rest = found.length - names.length;
  const more = rest > 0 ? [`  … and ${formatCount(rest)} more`] : [];
  return [`${formatCount(found.length)} could not be read:`, ...names, ...more];
}

function workLine(record: RunRecord): string {
  const { seconds, imagesPerSecond } = record;
  const parts: string[] = [];
  if (seconds.total !== undefined) parts.push(`${formatDuration(seconds.total)} in all`);
  if (seconds.train !== undefined) {
    const rate = imagesPerSecond?.train === undefined ? '' : `, ${formatCount(imagesPerSecond.train)} images/s`;
    parts.push(
      `training ${formatDuration(seconds.train)} (${record.epochs.length} ${record.epochs.length === 1 ? 'epoch' : 'epochs'}${rate})`,
    );
  }
  if (imagesPerSecond?.score !== undefined) parts.push(`scoring ${formatCount(imagesPerSecond.score)} images/s`);
  const computer = computerText(record);
  if (computer !== undefined) parts.push(computer);
  if (record.peakMemoryBytes !== undefined) parts.push(`${formatBytes(record.peakMemoryBytes)} of memory at most`);
  return parts.length > 0 ? `Time: ${parts.join(' · ')}` : 'Nothing has been computed yet';
}

function nextLines(snapshot: RunSnapshot, judgement: Judgement | undefined): string[] {
  const run = nearPath(snapshot.runFolder);
  if (!judgement) return ['Next:', `  ${commandLine('score', run, 'OTHER_IMAGES')}`];
  return [
    'Next:',
    `  ${commandLine('export', run, '--format', 'binary', '--out', 'flags.txt')}`,
    `  ${commandLine('threshold', run, 'percentile:95')}`,
  ];
}
