/**
 * Convolutions that end in fewer channels than a block, such as a network's last. A block's other channels would be
 * computed for nothing; they hold the neighbouring pixels instead: the four pixels of a square are four times as many
 * channels, computed from a window that has room for the kernel at each of them.
 */
import type { Graph, Value } from '../graph';
import { toPlain } from '../layout';
import { concat, reshape, sumOver, transpose } from '../operators/arithmetic';
import type { ConvolutionGeometry } from '../operators/convolution';
import type { Forward, Place } from '../operators/operator';
import { lastFilterGradient } from './filter-gradient';
import { padFilter, padTo } from './filters';
import { blockedInputGradient } from './input-gradient';
import { blockedConv } from './kernels';
import { mapTaps, phases, type TapMatrix } from './phases';

/**
 * With stride 1 and less padding than kernel.
 * @param input blocked
 * @returns a plain value
 */
export function lastConvolution(
  place: Place,
  geometry: ConvolutionGeometry,
  input: Value,
  hasBias: boolean,
  block: number,
): Forward {
  const { graph, parameter } = place;
  const weight = parameter('weight');
  const bias = hasBias ? parameter('bias') : undefined;
  const [out, height, width] = geometry.output;
  const fitsSquares = 4 * out <= block && geometry.kernel > 1 && height % 2 === 0 && width % 2 === 0;
  const convolve = fitsSquares ? inSquares : pixelByPixel;
  return {
    output: convolve(graph, geometry, input, weight, bias, block),
    backward(gradient, wanted) {
      const parameters = {
        weight: lastFilterGradient(graph, geometry, input, gradient, block),
        ...(hasBias ? { bias: channelSums(graph, gradient) } : {}),
      };
      if (!wanted.input) return { parameters };
      return { input: blockedInputGradient(graph, geometry, weight, gradient, block), parameters };
    },
  };
}

/** Sums of a plain value over batch, height and width: [channels]. */
export function channelSums(graph: Graph, value: Value): Value {
  return reshape(graph, sumOver(graph, value, [0, 2, 3]), [value.shape[1] ?? 1]);
}

/** The filter gets empty channels up to a block, which are cut off again. */
function pixelByPixel(
  graph: Graph,
  { batch, kernel, padding, output }: ConvolutionGeometry,
  input: Value,
  weight: Value,
  bias: Value | undefined,
  block: number,
): Value {
  const [, height, width] = output;
  const wide = blockedConv(graph, input, padFilter(graph, weight, block), [batch, block, height, width], {
    kernel: [kernel, kernel],
    pads: [padding, padding, padding, padding],
    bias: bias && padTo(graph, bias, [block]),
  });
  return toPlain(graph, { ...wide, shape: [batch, ...output] });
}

function inSquares(
  graph: Graph,
  geometry: ConvolutionGeometry,
  input: Value,
  weight: Value,
  bias: Value | undefined,
  block: number,
): Value {
  const { kernel, padding } = geometry;
  const taps = Array.from({ length: kernel }, (_, tap) => tap);
  const window = kernel + 1;
  const places = Array.from({ length: window }, (_, at) => at);
  const along = phases.flatMap((phase) => places.map((at) => taps.map((tap) => (at === phase + tap ? 1 : 0))));
  return squareConvolution(graph, geometry, { window, stride: 2, padding, along }, input, weight, bias, block);
}

/** What the four pixels of a square see together. */
export interface SquareWindow {
  readonly window: number;
  /** From one square to the next. */
  readonly stride: number;
  readonly padding: number;
  /** [phase × window][kernel]: what each place in the window is multiplied by for the pixels of a phase. */
  readonly along: TapMatrix;
}

/**
 * @param input blocked
 * @returns the geometry's output, plain; it must have even sides, and at most a quarter of a block's channels
 */
export function squareConvolution(
  graph: Graph,
  { batch, output: [out, height, width] }: ConvolutionGeometry,
  { window, stride, padding, along }: SquareWindow,
  input: Value,
  weight: Value,
  bias: Value | undefined,
  block: number,
): Value {
  const into = input.shape[1] ?? 1;
  const taps = window * window;
  const spread = reshape(graph, mapTaps(graph, weight, along), [out, into / block, block, 2, window, 2, window]);
  const placed = reshape(graph, transpose(graph, spread, [1, 4, 6, 2, 3, 5, 0]), [into / block, taps, block, 4 * out]);
  const filled = padTo(graph, placed, [into / block, taps, block, block]);
  const filter = reshape(graph, filled, [block, into, window, window]);
  const squares = blockedConv(graph, input, filter, [batch, block, height / 2, width / 2], {
    kernel: [window, window],
    strides: [stride, stride],
    pads: [padding, padding, padding, padding],
    bias: bias && padTo(graph, concat(graph, [bias, bias, bias, bias], 0), [block]),
  });
  const channels = toPlain(graph, { ...squares, shape: [batch, 4 * out, height / 2, width / 2] });
  return graph.add('DepthToSpace', [channels], [batch, out, height, width], { blocksize: 2, mode: 'DCR' });
}
