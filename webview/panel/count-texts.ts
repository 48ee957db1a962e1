/** Counts in words. */
import * as l10n from '@vscode/l10n';
import { formatCount, formatShare } from '../../src/shared/format';
import { locale } from '../localization';

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
