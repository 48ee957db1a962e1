/** Counts in words. */
import * as l10n from '@vscode/l10n';
import { formatCount, formatShare } from '../../src/shared/format';
import type { RealEstimate } from '../../src/shared/real-estimate';
import { falsePositiveRate, trueNegativeRate, truePositiveRate } from '../../src/shared/ranking';
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

/** `about 9 of 12 real` */
export function estimateText({ real, flagged }: RealEstimate): string {
  return l10n.t('about {0} of {1} real', formatCount(real, locale), formatCount(flagged, locale));
}

/** `9 (7–11)` */
export function rangeText({ real, low, high }: RealEstimate): string {
  const count = (images: number) => formatCount(images, locale);
  return low === high ? count(real) : l10n.t('{0} ({1}–{2})', count(real), count(low), count(high));
}

/** What the estimate means. */
export function estimateRangeText({ low, high }: RealEstimate): string {
  return l10n.t(
    'Estimated for the images with a score, by the tail of usual scores and your decisions: from {0} to {1} in nine of ten cases',
    formatCount(low, locale),
    formatCount(high, locale),
  );
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

/** The rates against the labels as the user's marks correct them; empty where none contradicts its label. */
export function correctedText({ judged, labels, labelCounts, threshold }: PanelModel): string {
  const corrections = judged && labels ? labelCounts.corrections(judged, labels) : 0;
  if (!judged || !labels || corrections === 0) return '';
  const table = labelCounts.corrected(judged, labels, threshold);
  return l10n.t(
    'With the labels that you corrected ({0}): TPR {1}, TNR {2}',
    formatCount(corrections, locale),
    rateText(truePositiveRate(table)),
    rateText(trueNegativeRate(table)),
  );
}

/** A dash where there is nothing to take a share of. */
export function rateText(rate: number | undefined): string {
  return rate === undefined ? '–' : formatShare(rate, locale);
}
