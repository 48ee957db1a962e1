/**
 * The gradient of a filter as a convolution itself: the images' batch becomes the channels that are summed over, the
 * input is the image, the output's gradient is the filter, as large as a whole map; what comes out, kernel × kernel
 * large, is the gradient.
 */
import type { Graph, Value } from '../graph';
import { reshape } from '../operators/arithmetic';
import type { ConvolutionGeometry } from '../operators/convolution';
import { convolveBatch } from './batch-convolution';
import { numbers } from './filters';
import { outOfBlocks, rowsInOrder, swapBlocks, swappedPlaces } from './rearrange';

/**
 * @param input blocked, or plain with fewer channels than a block
 * @param gradient blocked
 * @returns [out, in, kernel, kernel], or undefined where the kernel leaves pixels at the far border unseen
 */
export function blockedFilterGradient(
  graph: Graph,
  geometry: ConvolutionGeometry,
  input: Value,
  gradient: Value,
  block: number,
): Value | undefined {
  const { kernel, stride, padding } = geometry;
  const [into, height, width] = geometry.input;
  const [out, outHeight, outWidth] = geometry.output;
  const below = (outHeight - 1) * stride + kernel - height - padding;
  const right = (outWidth - 1) * stride + kernel - width - padding;
  if (below < 0 || right < 0) return undefined;
  const size = [kernel, kernel] as const;
  const pads = [padding, padding, below, right] as const;
  const sums = convolveBatch(graph, { image: input, filter: gradient, size, step: stride, pads }, block);
  const pixel = input.blocked === true ? block : into;
  const [inBlocks, outBlocks] = [into / pixel, out / block];
  const taps = kernel * kernel;
  const pairs = reshape(graph, sums, [inBlocks * outBlocks, taps * pixel * block]);
  const outFirst = rowsInOrder(graph, pairs, swappedPlaces(inBlocks, outBlocks));
  const inBeforeTaps = pixel === 1 ? outFirst : swapBlocks(graph, outFirst, [outBlocks * inBlocks, taps, pixel], block);
  return reshape(graph, outOfBlocks(graph, inBeforeTaps, outBlocks, into * taps, block), [out, into, kernel, kernel]);
}

/**
 * The same for a convolution with few output channels and stride 1, where the roles change: the output's gradient is
 * the image, the input the filter, and the kernel comes out reversed.
 *
 * @param input blocked
 * @param gradient plain
 */
export function lastFilterGradient(
  graph: Graph,
  { kernel, padding, input: [into], output: [out] }: ConvolutionGeometry,
  input: Value,
  gradient: Value,
  block: number,
): Value {
  const border = kernel - 1 - padding;
  const size = [kernel, kernel] as const;
  const pads = [border, border, border, border] as const;
  const sums = convolveBatch(graph, { image: gradient, filter: input, size, step: 1, pads }, block);
  const taps = numbers(kernel * kernel).reverse();
  return reshape(graph, tapsOf(graph, sums, [out, into], taps, block), [out, into, kernel, kernel]);
}

/**
 * @param sums [into / block][tap][out][into of block]
 * @param taps in their new order
 * @returns [out · into, taps]
 */
function tapsOf(
  graph: Graph,
  sums: Value,
  [out, into]: readonly [number, number],
  taps: readonly number[],
  block: number,
): Value {
  const blocks = into / block;
  const places = numbers(out).flatMap((channel) =>
    numbers(blocks).flatMap((map) => taps.map((tap) => (map * taps.length + tap) * out + channel)),
  );
  const ordered = rowsInOrder(graph, reshape(graph, sums, [places.length, block]), places);
  return outOfBlocks(graph, ordered, out * blocks, taps.length, block);
}

/**
 * For a doubling and the 3×3 convolution after it (see doubled-convolution.ts): sums of products of each pixel of the
 * small map with its window of 4×4 outputs. The output's gradient is the image, the small map the filter.
 *
 * @param input blocked [batch, in, height, width]
 * @param gradient blocked [batch, out, 2 height, 2 width]
 * @returns [out, in, 4, 4]
 */
export function doubledFilterGradient(
  graph: Graph,
  { input: [into], output: [out] }: ConvolutionGeometry,
  input: Value,
  gradient: Value,
  block: number,
): Value {
  const sums = convolveBatch(graph, { image: gradient, filter: input, ...doubledWindow }, block);
  const [outBlocks, inBlocks] = [out / block, into / block];
  const outBeforeTaps = swapBlocks(graph, sums, [outBlocks * inBlocks, 16, block], block);
  const places = numbers(outBlocks).flatMap((row) =>
    swappedPlaces(inBlocks, block).map((place) => row * inBlocks * block + place),
  );
  const outFirst = rowsInOrder(graph, reshape(graph, outBeforeTaps, [out * inBlocks, 16 * block]), places);
  return reshape(graph, outOfBlocks(graph, outFirst, out * inBlocks, 16, block), [out, into, 4, 4]);
}

/** The same for fewer output channels than a block. @param gradient plain */
export function doubledLastFilterGradient(
  graph: Graph,
  { input: [into], output: [out] }: ConvolutionGeometry,
  input: Value,
  gradient: Value,
  block: number,
): Value {
  const sums = convolveBatch(graph, { image: gradient, filter: input, ...doubledWindow }, block);
  return reshape(graph, tapsOf(graph, sums, [out, into], numbers(16), block), [out, into, 4, 4]);
}

/** The 4×4 outputs around each pixel of the small map, which are two away from those around the next. */
const doubledWindow = { size: [4, 4], step: 2, pads: [1, 1, 1, 1] } as const;
