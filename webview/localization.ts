/** Must be the first import of the entry: other modules may ask for texts as soon as they run. */
import * as l10n from '@vscode/l10n';

const bundle = document.getElementById('l10n')?.textContent.trim();
if (bundle) l10n.config({ contents: bundle });

/** The editor sets it on the page; figures are written as its readers write them. */
export const locale = document.documentElement.dataset['locale'] ?? 'en';

const decimalSign =
  new Intl.NumberFormat(locale).formatToParts(0.5).find(({ type }) => type === 'decimal')?.value ?? '.';

/** A number's text as it stands in a field: `0,5` where that is how people write it. */
export function inField(text: string): string {
  return text.replace('.', decimalSign);
}
