/** Figures for people. `locale` as in Intl; English when left out. */

const english = 'en';

/** Making a formatter takes twenty times as long as using it, and the panel formats hundreds of figures a frame. */
const formatters = new Map<string, Intl.NumberFormat>();

function formatter(locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const name = `${locale} ${options.style ?? ''} ${options.minimumFractionDigits ?? ''} ${options.maximumFractionDigits ?? ''}`;
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
  if (!Number.isFinite(score)) return '–';
  return formatter(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(score);
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
