/**
 * Maps of even sides as four maps of half the side each: the pixels of even and odd rows and columns. What stands two
 * pixels apart is then computed by small convolutions that skip no pixel and multiply no zeros.
 */
import { valueCount } from '../../../model/plan';
import type { Graph, Value } from '../graph';
import { concat, gemm, reshape } from '../operators/arithmetic';
import { swapBlocks } from './rearrange';

/** Phase 0 holds the even rows or columns, phase 1 the odd ones. */
export const phases = [0, 1] as const;
export type Phase = (typeof phases)[number];

/**
 * Puts the four phases of a map together.
 * @param phaseOf gives a phase by the parity of its rows and its columns, blocked [batch, channels, height, width]
 * @returns blocked [batch, channels, 2 height, 2 width]
 */
export function interleave(graph: Graph, phaseOf: (row: Phase, column: Phase) => Value, block: number): Value {
  const maps = phases.flatMap((row) => phases.map((column) => phaseOf(row, column)));
  const [batch = 1, channels = 1, height = 1, width = 1] = maps[0]?.shape ?? [];
  const rows = ((batch * channels) / block) * height;
  // All four rows that make two, as long pieces; the pixels of each two change places afterwards.
  const lines = maps.map((map) => reshape(graph, map, [rows, width * block]));
  const pixels = swapBlocks(graph, concat(graph, lines, 1), [2 * rows, 2, width], block);
  return { ...reshape(graph, pixels, [batch, channels, 2 * height, 2 * width]), blocked: true };
}

/** How the taps of a kernel's side become those of another kernel: [made][kernel], with a 1 where a tap counts. */
export type TapMatrix = readonly (readonly number[])[];

/**
 * The taps of square kernels mapped along both sides at once.
 * @param weight any shape that ends with kernel × kernel, rows first
 * @param along [made, kernel]
 * @returns [filters, made²]
 */
export function mapTaps(graph: Graph, weight: Value, along: TapMatrix): Value {
  const kernel = along[0]?.length ?? 1;
  return multiplyTaps(graph, weight, kernel ** 2, transposed(square(along)));
}

/**
 * The gradient of {@link mapTaps}.
 * @param gradient any shape that ends with made × made
 * @returns [filters, kernel²]
 */
export function gatherTaps(graph: Graph, gradient: Value, along: TapMatrix): Value {
  return multiplyTaps(graph, gradient, along.length ** 2, square(along));
}

function multiplyTaps(graph: Graph, value: Value, taps: number, matrix: TapMatrix): Value {
  const filters = valueCount(value.shape) / taps;
  const columns = matrix[0]?.length ?? 1;
  const constant = graph.constant([taps, columns], Float32Array.from(matrix.flat()));
  return gemm(graph, reshape(graph, value, [filters, taps]), constant);
}

/** [made², kernel²]: the Kronecker product with itself. */
function square(along: TapMatrix): TapMatrix {
  return along.flatMap((row) => along.map((column) => row.flatMap((a) => column.map((b) => a * b))));
}

function transposed(matrix: TapMatrix): TapMatrix {
  return (matrix[0] ?? []).map((_, column) => matrix.map((row) => row[column] ?? 0));
}
