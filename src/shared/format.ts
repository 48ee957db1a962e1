/** Figures for people. `locale` as in Intl; English when left out. */

const english = 'en';

/** Making a formatter takes twenty times as long as using it, and the panel formats hundreds of figures a frame. */
const formatters = new Map<string, Intl.NumberFormat>();

function formatter(locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const { style = '', unit = '', notation = '', minimumFractionDigits = '', maximumFractionDigits = '' } = options;
  const significant = options.maximumSignificantDigits ?? '';
  const name = `${locale} ${style} ${unit} ${notation} ${minimumFractionDigits} ${maximumFractionDigits} ${significant}`;
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
  const units = ['kilobyte', 'megabyte', 'gigabyte', 'terabyte'];
  let value = bytes;
  let power = 0;
  while (value >= 999.5 && power < units.length) {
    value /= 1000;
    power++;
  }
  const unit = units[power - 1];
  // The short English word for the smallest is “byte”.
  if (unit === undefined) return `${formatCount(value, locale)} B`;
  return formatUnit(value, unit, value >= 100 ? 0 : 1, locale);
}

/** A time that is only guessed: `5 sec`, `40 sec`, `7 min`, `2.5 hr`. */
export function formatAbout(seconds: number, locale = english): string {
  if (seconds < 10) return formatUnit(Math.max(1, Math.round(seconds)), 'second', 0, locale);
  if (seconds < 95) return formatUnit(10 * Math.round(seconds / 10), 'second', 0, locale);
  if (seconds < 95 * 60) return formatUnit(Math.round(seconds / 60), 'minute', 0, locale);
  return formatUnit(Math.round(seconds / 1800) / 2, 'hour', 1, locale);
}

function formatUnit(value: number, unit: string, digits: number, locale: string): string {
  return formatter(locale, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: digits }).format(value);
}
