/** Progress in words, for the notification and the status bar. */
import * as l10n from '@vscode/l10n';
import type { RunProgress } from '../shared/contracts';
import { computerText } from '../shared/device-names';
import { formatCount, formatDuration } from '../shared/format';
import type { RunPhase } from '../shared/run';
import { displayLocale } from './language';

/** Where each phase ends on the bar, in per cent: by what phases usually cost. */
const phaseEnds: Readonly<Record<RunPhase, number>> = {
  listing: 2,
  reading: 20,
  baseline: 25,
  training: 90,
  scoring: 100,
  done: 100,
};

/** `Training · epoch 3 of 40 · 2,380 images/s · 0:42 left` */
export function progressText(progress: RunProgress): string {
  const { done, total, epoch, plannedEpochs, imagesPerSecond, secondsLeft } = progress;
  const locale = displayLocale();
  const parts = [phaseName(progress.phase)];
  if (epoch !== undefined && plannedEpochs !== undefined) {
    parts.push(l10n.t('epoch {epoch} of {plannedEpochs}', { epoch, plannedEpochs }));
  } else if (total > 0) {
    const counts = { done: formatCount(done, locale), total: formatCount(total, locale) };
    parts.push(total === 1 ? l10n.t('{done} of 1 image', counts) : l10n.t('{done} of {total} images', counts));
  }
  if (imagesPerSecond !== undefined && imagesPerSecond > 0) {
    parts.push(l10n.t('{rate} images/s', { rate: formatCount(imagesPerSecond, locale) }));
  }
  const computer = computerText(progress, (threads) =>
    threads === 1 ? l10n.t('1 thread') : l10n.t('{threads} threads', { threads }),
  );
  if (computer !== undefined && imagesPerSecond !== undefined) parts.push(computer);
  if (secondsLeft !== undefined) parts.push(l10n.t('{time} left', { time: formatDuration(secondsLeft) }));
  return parts.join(' · ');
}

/** 0–100 over the whole run. */
export function progressPercent({ phase, done, total }: RunProgress): number {
  const phases = Object.keys(phaseEnds);
  const before = phases[phases.indexOf(phase) - 1];
  const start = before === undefined ? 0 : (Object.entries(phaseEnds).find(([name]) => name === before)?.[1] ?? 0);
  const share = total > 0 ? Math.min(1, done / total) : 0;
  return start + (phaseEnds[phase] - start) * share;
}

export function phaseName(phase: RunPhase): string {
  switch (phase) {
    case 'listing':
      return l10n.t('Finding images');
    case 'reading':
      return l10n.t('Reading images');
    case 'baseline':
      return l10n.t('First ranking');
    case 'training':
      return l10n.t('Training');
    case 'scoring':
      return l10n.t('Scoring');
    case 'done':
      return l10n.t('Done');
  }
}
