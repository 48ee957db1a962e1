/**
 * What enlarges an image by a whole factor r computes r × r neighbouring pixels from the same few pixels of the smaller
 * image: nearest-neighbour enlargement followed by a convolution, or a transposed convolution. Each of the r × r phases
 * is a small convolution on the small image. For ×2 and a 3×3 kernel that is four times 2×2 instead of 3×3: 2.25 times
 * fewer operations.
 */
import type { Filter } from './filter';

export interface Phases {
  /** How many times as high and wide the result is. */
  readonly factor: number;
  /** Where the first tap of each phase lies along an axis, relative to its pixel of the small image: [factor]. */
  readonly starts: readonly number[];
  /** The filters of all phases, row by row: out = factor² · output channels. */
  readonly filter: Filter;
}

/** Weights of the taps along one axis: at [phase][tap] the places in the kernel that are summed up there. */
interface Axis {
  readonly starts: readonly number[];
  readonly length: number;
  readonly sources: readonly (readonly (readonly number[])[])[];
}

/** Enlargement by `factor`, then a convolution with stride 1. */
export function phasesOfEnlarged(filter: Filter, padding: number, factor: number): Phases {
  const offsets = Array.from({ length: factor }, (_, phase) =>
    Array.from({ length: filter.kernel }, (_tap, tap) => Math.floor((phase + tap - padding) / factor)),
  );
  return combine(filter, factor, axisOf(offsets));
}

/** @param filter with its kernel as the transposed convolution has it, but output channels first */
export function phasesOfTransposed(filter: Filter, padding: number, stride: number): Phases {
  const offsets = Array.from({ length: stride }, (_, phase) =>
    Array.from({ length: filter.kernel }, (_tap, tap) => (phase + padding - tap) / stride),
  );
  return combine(filter, stride, axisOf(offsets));
}

/** The same with one common start: larger kernels with zeros in them, but every phase from the same pixels. */
export function aligned({ factor, starts, filter }: Phases): Phases {
  const first = Math.min(...starts);
  const reach = Math.max(...starts) - first;
  const { out, into, kernel, weight } = filter;
  const wide = kernel + reach;
  const each = out / factor ** 2;
  const data = new Float32Array(out * into * wide * wide);
  for (let o = 0; o < out; o++) {
    const phase = Math.floor(o / each);
    const down = (starts[Math.floor(phase / factor)] ?? 0) - first;
    const right = (starts[phase % factor] ?? 0) - first;
    for (let i = 0; i < into; i++) {
      for (let tap = 0; tap < kernel * kernel; tap++) {
        const row = Math.floor(tap / kernel) + down;
        const column = (tap % kernel) + right;
        data[((o * into + i) * wide + row) * wide + column] = weight[(o * into + i) * kernel * kernel + tap] ?? 0;
      }
    }
  }
  return { factor, starts: starts.map(() => first), filter: { ...filter, kernel: wide, weight: data } };
}

/** @param offsets [phase][place in the kernel]: which pixel it meets; fractions meet none */
function axisOf(offsets: readonly (readonly number[])[]): Axis {
  const met = offsets.map((row) => row.filter(Number.isInteger));
  const starts = met.map((row) => (row.length === 0 ? 0 : Math.min(...row)));
  const length = Math.max(
    ...met.map((row, phase) => (row.length === 0 ? 1 : Math.max(...row) - (starts[phase] ?? 0) + 1)),
  );
  const sources = offsets.map((row, phase) =>
    Array.from({ length }, (_, tap) =>
      row.flatMap((offset, place) => (offset === (starts[phase] ?? 0) + tap ? [place] : [])),
    ),
  );
  return { starts, length, sources };
}

function combine(filter: Filter, factor: number, { starts, length, sources }: Axis): Phases {
  const { out, into, kernel, weight, bias } = filter;
  const count = factor * factor;
  const data = new Float32Array(count * out * into * length * length);
  let place = 0;
  for (let phase = 0; phase < count; phase++) {
    const rows = sources[Math.floor(phase / factor)] ?? [];
    const columns = sources[phase % factor] ?? [];
    for (let pair = 0; pair < out * into; pair++) {
      for (const rowSources of rows) {
        for (const columnSources of columns) {
          let sum = 0;
          for (const row of rowSources) {
            for (const column of columnSources) sum += weight[(pair * kernel + row) * kernel + column] ?? 0;
          }
          data[place++] = sum;
        }
      }
    }
  }
  const repeated = Float32Array.from({ length: count * out }, (_, at) => bias[at % out] ?? 0);
  return { factor, starts, filter: { out: count * out, into, kernel: length, weight: data, bias: repeated } };
}
