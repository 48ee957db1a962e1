/** Figures as the language of the report writes them. */
import * as l10n from '@vscode/l10n';
import * as format from '../../../shared/format';

/** As HTML and Intl name it. */
export function reportLanguage(): string {
  return l10n.t({ message: 'en', comment: ['The code of the language this is translated to, as HTML names it'] });
}

export const formatCount = (count: number): string => format.formatCount(count, reportLanguage());
export const formatScore = (score: number): string => format.formatScore(score, reportLanguage());
export const formatShare = (share: number): string => format.formatShare(share, reportLanguage());

/** A moment, in the time that is the same for every reader. @param time ISO 8601 */
export function formatTime(time: string): string {
  const options = { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' } as const;
  return `${new Intl.DateTimeFormat(reportLanguage(), options).format(new Date(time))} UTC`;
}

/** A rate from 0 to 1: `0.9938`. */
export function formatRate(rate: number, digits: number): string {
  const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return new Intl.NumberFormat(reportLanguage(), options).format(rate);
}
