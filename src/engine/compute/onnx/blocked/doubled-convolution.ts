/**
 * A nearest-neighbour doubling and the 3×3 convolution after it in one. Pixels come in equal pairs then, so that a
 * kernel meets only 2×2 different ones; which of its taps share one depends on the parity of row and column. Four 2×2
 * convolutions of the small map, one for each parity, give the same with 4/9 of the multiplications.
 */
import type { LayerPlan } from '../../../model/plan';
import { toBlocked } from '../layout';
import { reshape } from '../operators/arithmetic';
import type { ConvolutionGeometry } from '../operators/convolution';
import type { Forward, Operator, Place } from '../operators/operator';
import type { Graph, Value } from '../graph';
import { doubledFilterGradient, doubledLastFilterGradient } from './filter-gradient';
import { filterSquares, numbers, someTaps, turnedFilter } from './filters';
import { blockedConv, sumByChannel } from './kernels';
import { channelSums, squareConvolution } from './last-convolution';
import { gatherTaps, interleave, mapTaps, type Phase, phases } from './phases';

/** [phase × pixel of its window][tap] */
const phaseTaps = [
  [1, 0, 0],
  [0, 1, 1],
  [1, 1, 0],
  [0, 0, 1],
];
/** The same with windows of three pixels, the same ones for both phases. */
const squareTaps = [
  [1, 0, 0],
  [0, 1, 1],
  [0, 0, 0],
  [0, 0, 0],
  [1, 1, 0],
  [0, 0, 1],
];
/** Through which taps a pixel of the small map meets the outputs 2 i − 1 … 2 i + 2. */
const backwardTaps = [
  [0, 0, 1],
  [0, 1, 1],
  [1, 1, 0],
  [1, 0, 0],
];

/** @returns undefined where the two layers do not fit this */
export function doubledConvolution(first: LayerPlan, second: LayerPlan, block: number): Operator<'conv'> | undefined {
  const [{ layer: resize }, { layer: conv }] = [first, second];
  if (resize.type !== 'resize' || (resize.mode ?? 'nearest') !== 'nearest' || conv.type !== 'conv') return undefined;
  const [into, height, width] = first.input;
  const [, wideHeight, wideWidth] = first.output;
  const isDoubled = wideHeight === 2 * height && wideWidth === 2 * width;
  if (!isDoubled || conv.kernel !== 3 || conv.stride !== 1 || conv.padding !== 1 || into % block > 0) return undefined;
  const [out] = second.output;
  if (out % block > 0 && 4 * out > block) return undefined;
  const operator = out % block === 0 ? inner : last;
  return (place, layer, input) => operator(place, toBlocked(place.graph, input), layer.bias, block);
}

/** To whole blocks. */
function inner(place: Place, input: Value, hasBias: boolean, block: number): Forward {
  const { graph, parameter } = place;
  const geometry = geometryOf(place);
  const weight = parameter('weight');
  return {
    output: inPhases(graph, geometry, input, weight, hasBias ? parameter('bias') : undefined, block),
    backward: backwardOf(place, input, hasBias, block, doubledFilterGradient, sumByChannel),
  };
}

/** To a few plain channels. */
function last(place: Place, input: Value, hasBias: boolean, block: number): Forward {
  const { graph, parameter } = place;
  const geometry = geometryOf(place);
  const weight = parameter('weight');
  const bias = hasBias ? parameter('bias') : undefined;
  const window = { window: 3, stride: 1, padding: 1, along: squareTaps };
  return {
    output: squareConvolution(graph, geometry, window, input, weight, bias, block),
    backward: backwardOf(place, input, hasBias, block, doubledLastFilterGradient, channelSums),
  };
}

/** @param tapsOf and sumsOf: a layer's gradients of the convolution's taps and of its bias */
function backwardOf(
  place: Place,
  input: Value,
  hasBias: boolean,
  block: number,
  tapsOf: typeof doubledFilterGradient,
  sumsOf: typeof sumByChannel,
): Forward['backward'] {
  const { graph, parameter } = place;
  const geometry = geometryOf(place);
  const weight = parameter('weight');
  return (gradient, wanted) => {
    const taps = tapsOf(graph, geometry, input, gradient, block);
    const parameters = {
      weight: reshape(graph, gatherTaps(graph, taps, backwardTaps), weight.shape),
      ...(hasBias ? { bias: sumsOf(graph, gradient, block) } : {}),
    };
    return wanted.input ? { input: backward(graph, geometry, weight, gradient, block), parameters } : { parameters };
  };
}

/** From the small map to the large one. */
function geometryOf({ batch, input, output }: Place): ConvolutionGeometry {
  return { batch, kernel: 3, stride: 1, padding: 1, input, output };
}

function inPhases(
  graph: Graph,
  { batch, input: [into, height, width], output: [out] }: ConvolutionGeometry,
  input: Value,
  weight: Value,
  bias: Value | undefined,
  block: number,
): Value {
  const spread = reshape(graph, mapTaps(graph, weight, phaseTaps), [out, into, 4, 4]);
  const squares = filterSquares(graph, spread, block);
  const phaseOf = (row: Phase, column: Phase): Value => {
    const taps = phases.flatMap((below) => phases.map((right) => 4 * (2 * row + below) + 2 * column + right));
    const filter = reshape(graph, someTaps(graph, squares, 16, taps), [out, into, 2, 2]);
    return blockedConv(graph, input, filter, [batch, out, height, width], {
      kernel: [2, 2],
      pads: [1 - row, 1 - column, row, column],
      bias,
    });
  };
  return interleave(graph, phaseOf, block);
}

/** Each pixel of the small map meets a window of 4×4 outputs. @param gradient plain where it has less than a block */
function backward(
  graph: Graph,
  { batch, input, output: [out] }: ConvolutionGeometry,
  weight: Value,
  gradient: Value,
  block: number,
): Value {
  const [into] = input;
  const spread = reshape(graph, mapTaps(graph, weight, backwardTaps), [out, into, 4, 4]);
  const filter = reshape(graph, turnedFilter(graph, spread, numbers(16), block), [into, out, 4, 4]);
  return blockedConv(graph, gradient, filter, [batch, ...input], {
    kernel: [4, 4],
    strides: [2, 2],
    pads: [1, 1, 1, 1],
  });
}
