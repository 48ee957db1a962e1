/** The numbers of an array as grey levels from 0 to 255. */
import * as l10n from '@vscode/l10n';
import type { ScanSettings } from '../../shared/settings';
import type { ElementType } from './array-header';

type Numbers =
  Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | Float32Array | Float64Array;

/** What becomes black and what becomes white. */
export interface ValueRange {
  readonly low: number;
  readonly high: number;
}

/** The elements of one image as numbers; 64-bit integers are rounded to doubles. Leaves `bytes` as they are. */
export function toNumbers(bytes: Buffer, type: ElementType): Numbers {
  const size = type.bytesPerElement;
  if (size === 1) return type.kind === 'int' ? new Int8Array(bytes) : bytes;
  const copy = Buffer.alloc(bytes.length);
  bytes.copy(copy);
  if (!type.littleEndian) swap(copy, size);
  const { buffer, byteOffset } = copy;
  const count = bytes.length / size;
  if (type.kind === 'float') {
    if (size === 2) return Float32Array.from(new Uint16Array(buffer, byteOffset, count), halfToNumber);
    return size === 4 ? new Float32Array(buffer, byteOffset, count) : new Float64Array(buffer, byteOffset, count);
  }
  const signed = type.kind === 'int';
  if (size === 2) return new (signed ? Int16Array : Uint16Array)(buffer, byteOffset, count);
  if (size === 4) return new (signed ? Int32Array : Uint32Array)(buffer, byteOffset, count);
  return Float64Array.from(new (signed ? BigInt64Array : BigUint64Array)(buffer, byteOffset, count), Number);
}

function swap(bytes: Buffer, size: 2 | 4 | 8): void {
  if (size === 2) bytes.swap16();
  else if (size === 4) bytes.swap32();
  else bytes.swap64();
}

/** IEEE 754 binary16: 1 sign bit, 5 of exponent, 10 of fraction. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

export interface Extremes {
  readonly least: number;
  readonly most: number;
}

/** Extremes of the finite values; Infinity and -Infinity when there is none. */
export function extremesOf(values: Numbers): Extremes {
  let least = Infinity;
  let most = -Infinity;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return { least, most };
}

/** Rounding in somebody's preprocessing may overshoot a little. */
const slack = 1e-3;

/** What the numbers mean, when the user says it. */
export type RangeWish = ScanSettings['arrayRange'];

const wishedRanges: Readonly<Record<NonNullable<RangeWish>, ValueRange>> = {
  '0..255': { low: 0, high: 255 },
  '0..65535': { low: 0, high: 65_535 },
  '0..1': { low: 0, high: 1 },
  '-1..1': { low: -1, high: 1 },
};

/**
 * Tells apart 0–1, −1–1, 0–255 and the depths of 10 to 16 bits by the extremes of a sample; anything else is stretched.
 * The note says what is unusual.
 */
export function chooseRange(
  { least, most }: Extremes,
  type: ElementType,
  wish?: RangeWish,
): { range: ValueRange; note?: string } {
  const between = (low: number, high: number) => least >= low - slack && most <= high + slack;
  if (wish !== undefined) {
    const range = wishedRanges[wish];
    if (least > most || between(range.low, range.high)) return { range };
    const note = l10n.t(
      'Values from {0} to {1} were found; what lies outside {2} is cut to it.',
      signed(least),
      signed(most),
      rangeText(range),
    );
    return { range, note };
  }
  // Without a finite value, every image will be refused, whatever the range.
  if (least > most) return { range: { low: 0, high: 1 } };
  if (type.kind === 'bool' || (between(0, 1) && most > 0)) return { range: { low: 0, high: 1 } };
  if (type.kind === 'uint' && type.bytesPerElement === 1) return { range: { low: 0, high: 255 } };
  if (type.kind === 'float' && between(-1, 1)) return { range: { low: -1, high: 1 } };
  for (const high of [255, 1023, 4095, 16_383, 65_535]) if (between(0, high)) return { range: { low: 0, high } };
  const [low, high] = least < most ? [least, most] : [least - 1, least + 1];
  const note = l10n.t(
    'Values are in no usual range; {0} was taken as black and {1} as white.',
    signed(low),
    signed(high),
  );
  return { range: { low, high }, note };
}

/** `−1…1` */
export function rangeText({ low, high }: ValueRange): string {
  return `${signed(low)}…${signed(high)}`;
}

function signed(value: number): string {
  return String(Number(value.toPrecision(6))).replace('-', '−');
}

/** Grey levels [0, 255] of an image's numbers, clamped; `undefined` when one of them is not a number. */
export function toLevels(numbers: Numbers, { low, high }: ValueRange): Uint8Array | undefined {
  if (numbers instanceof Uint8Array && low === 0 && high === 255) return numbers;
  const levels = new Uint8Array(numbers.length);
  const scale = 255 / (high - low);
  let faults = 0;
  for (let i = 0; i < numbers.length; i++) {
    const value = numbers[i] ?? 0;
    // 0 for finite numbers, NaN for all others.
    faults += value * 0;
    levels[i] = Math.min(255, Math.max(0, (value - low) * scale + 0.5));
  }
  return Number.isNaN(faults) ? undefined : levels;
}
