/** Figures for people. `locale` as in Intl; English when left out. */

const english = 'en';

/** Making a formatter takes twenty times as long as using it, and the panel formats hundreds of figures a frame. */
const formatters = new Map<string, Intl.NumberFormat>();

function formatter(locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const { style = '', notation = '', minimumFractionDigits = '', maximumFractionDigits = '' } = options;
  const significant = options.maximumSignificantDigits ?? '';
  const name = `${locale} ${style} ${notation} ${minimumFractionDigits} ${maximumFractionDigits} ${significant}`;
  const known = formatters.get(name) ?? new Intl.NumberFormat(locale, options);
  formatters.set(name, known);
  return known;
}

/** `1,234` */
export function formatCount(count: number, locale = english): string {
  return formatter(locale, { maximumFractionDigits: 0 }).format(count);
}

/** A score or threshold, with two decimals: `3.40`. */
export function formatScore(score: number, locale = english): string {
  return formatFixed(score, 2, locale);
}

/** With so many decimals: `0.750`. */
export function formatFixed(value: number, digits: number, locale = english): string {
  if (!Number.isFinite(value)) return '–';
  return formatter(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
}

/** With so many digits that count, as a loss is told: `0.00971`, `1.20E-7`. */
export function formatSignificant(value: number, digits: number, locale = english): string {
  if (!Number.isFinite(value)) return '–';
  const notation = value !== 0 && Math.abs(value) < 1e-4 ? 'scientific' : 'standard';
  const options = { notation, minimumSignificantDigits: digits, maximumSignificantDigits: digits } as const;
  return formatter(locale, options).format(value);
}

/** A share (0–1) in per cent with one decimal: `4.2%`. */
export function formatShare(share: number, locale = english): string {
  return formatter(locale, { style: 'percent', maximumFractionDigits: 1 }).format(share);
}

/** `0:42`, `12:05`, `1:02:03`; never below zero. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** `850 kB`, `12.4 MB`, in powers of 1000. */
export function formatBytes(bytes: number, locale = english): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return `${formatter(locale, { maximumFractionDigits: digits }).format(value)} ${units[unit] ?? ''}`;
}
