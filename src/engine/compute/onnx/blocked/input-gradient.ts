/** The gradient of a convolution's input as convolutions of its output's gradient. */
import type { Graph, Value } from '../graph';
import { reshape } from '../operators/arithmetic';
import { type ConvolutionGeometry, inputGradient } from '../operators/convolution';
import { toPlain } from '../layout';
import { blockTurnedFilter, turnedSquares, turnedTaps } from './filters';
import { blockedConv } from './kernels';
import { interleave, type Phase, phases } from './phases';

/**
 * @param weight [out, in, kernel, kernel]
 * @param gradient blocked, or plain with fewer channels than a block where the stride is 1
 * @returns blocked where the input's channels fill whole blocks and the stride is 1, or 2 on even sides
 */
export function blockedInputGradient(
  graph: Graph,
  geometry: ConvolutionGeometry,
  weight: Value,
  gradient: Value,
  block: number,
): Value {
  const { stride, padding, kernel, input } = geometry;
  if (input[0] % block === 0 && stride === 1 && padding < kernel) {
    return turnedConvolution(graph, geometry, weight, gradient, block);
  }
  const windows = input[0] % block === 0 ? phaseWindows(geometry) : undefined;
  if (windows !== undefined) return phasedConvolution(graph, geometry, weight, gradient, windows, block);
  return inputGradient(graph, geometry, weight, toPlain(graph, gradient));
}

/** With stride 1: a convolution with the filter turned around. */
function turnedConvolution(
  graph: Graph,
  { batch, kernel, padding, input }: ConvolutionGeometry,
  weight: Value,
  gradient: Value,
  block: number,
): Value {
  const border = kernel - 1 - padding;
  const filter = blockTurnedFilter(graph, weight, block);
  return blockedConv(graph, gradient, filter, [batch, ...input], {
    kernel: [kernel, kernel],
    pads: [border, border, border, border],
  });
}

/** What a phase of the input, in rows or columns, sees of the output's gradient. */
interface PhaseWindow {
  /** The first of the kernel's taps that count, in the window's order. */
  readonly firstTap: number;
  readonly taps: number;
  readonly before: number;
  readonly after: readonly [rows: number, columns: number];
}

/**
 * Input 2 i + p meets output i + (p + padding − tap) / 2 through each tap that makes this whole.
 * @returns undefined where the phases differ in size or one meets nothing
 */
function phaseWindows({ kernel, stride, padding, input, output }: ConvolutionGeometry): PhaseWindow[] | undefined {
  const [, height, width] = input;
  if (stride !== 2 || kernel < 2 || height % 2 > 0 || width % 2 > 0) return undefined;
  const windows = phases.map((phase): PhaseWindow => {
    const lowest = (phase + padding) % 2;
    const taps = Math.ceil((kernel - lowest) / 2);
    const firstTap = lowest + 2 * (taps - 1);
    const before = (firstTap - phase - padding) / 2;
    const reached = (phase + padding - lowest) / 2;
    return {
      firstTap,
      taps,
      before,
      after: [height / 2 + reached - output[1], width / 2 + reached - output[2]],
    };
  });
  return windows.every(({ before, after }) => Math.min(before, ...after) >= 0) ? windows : undefined;
}

/** With stride 2: a convolution for each phase of the input, with the taps that meet it. */
function phasedConvolution(
  graph: Graph,
  { batch, kernel, input: [into, height, width], output: [out] }: ConvolutionGeometry,
  weight: Value,
  gradient: Value,
  windows: readonly PhaseWindow[],
  block: number,
): Value {
  const squares = turnedSquares(graph, weight, block);
  const blocks = [out / block, into / block, kernel * kernel] as const;
  const phaseOf = (row: Phase, column: Phase): Value => {
    const [vertical, horizontal] = [windows[row], windows[column]];
    if (vertical === undefined || horizontal === undefined) throw new Error('A phase is missing.');
    const size = [vertical.taps, horizontal.taps] as const;
    const columns = tapsOf(horizontal);
    const taps = tapsOf(vertical).flatMap((above) => columns.map((left) => above * kernel + left));
    const filter = reshape(graph, turnedTaps(graph, squares, blocks, taps), [into, out, ...size]);
    return blockedConv(graph, gradient, filter, [batch, into, height / 2, width / 2], {
      kernel: size,
      pads: [vertical.before, horizontal.before, vertical.after[0], horizontal.after[1]],
    });
  };
  return interleave(graph, phaseOf, block);
}

/** In the window's order: every second one, from the first down. */
function tapsOf({ firstTap, taps }: PhaseWindow): number[] {
  return Array.from({ length: taps }, (_, at) => firstTap - 2 * at);
}
