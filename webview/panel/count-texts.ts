/** Counts in words. */
import * as l10n from '@vscode/l10n';
import { formatCount, formatShare } from '../../src/shared/format';
import { falsePositiveRate, truePositiveRate } from '../../src/shared/ranking';
import { locale } from '../localization';
import type { PanelModel } from '../model/panel-model';

export function imagesText(count: number): string {
  return count === 1 ? l10n.t('1 image') : l10n.t('{0} images', formatCount(count, locale));
}

export function flaggedText(count: number): string {
  return l10n.t('{0} flagged', formatCount(count, locale));
}

/** `7 flagged (4.2%)` */
export function flaggedShareText(flagged: number, images: number): string {
  if (images === 0) return flaggedText(flagged);
  return l10n.t('{0} flagged ({1})', formatCount(flagged, locale), formatShare(flagged / images, locale));
}

/** The rates that labels give, for screen readers; empty without labels. */
export function ratesText({ judged, labels, labelCounts, threshold }: PanelModel): string {
  if (!judged || !labels) return '';
  const table = labelCounts.at(judged, labels, threshold);
  return l10n.t(
    'True positive rate {0}, false positive rate {1}.',
    rateText(truePositiveRate(table)),
    rateText(falsePositiveRate(table)),
  );
}

/** A dash where there is nothing to take a share of. */
export function rateText(rate: number | undefined): string {
  return rate === undefined ? '–' : formatShare(rate, locale);
}
