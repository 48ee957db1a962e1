/**
 * The gradient of a filter as a convolution itself: the images' batch becomes the channels that are summed over, the
 * input is the image, the output's gradient is the filter, as large as a whole map; what comes out, kernel × kernel
 * large, is the gradient. Both have whole blocks of images, filled up with empty ones.
 */
import { wholeBlocks } from '../blocked-domain';
import type { Graph, Value } from '../graph';
import { concat, reshape } from '../operators/arithmetic';
import type { ConvolutionGeometry } from '../operators/convolution';
import { numbers, padTo, someTaps } from './filters';
import { blockedConv } from './kernels';
import { intoBlocks, outOfBlocks, rowsInOrder, swapBlocks, swappedPlaces } from './rearrange';

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
  const filter = asFilter(graph, gradient, block);
  const taps = kernel * kernel;
  if (input.blocked === true) {
    // Width and the channels of a block make one axis, on which the next pixel is a block away.
    const image = asImage(graph, input, [padding, right], block);
    const dilations = [stride, stride * block] as const;
    const shape = [into / block, out, kernel, kernel * block];
    const pads = [padding, 0, below, 0] as const;
    const sums = blockedConv(graph, image, filter, shape, { kernel: [outHeight, outWidth], dilations, pads });
    const [inBlocks, outBlocks] = [into / block, out / block];
    const pairs = reshape(graph, sums, [inBlocks * outBlocks, taps * block * block]);
    const outFirst = rowsInOrder(graph, pairs, swappedPlaces(inBlocks, outBlocks));
    const inBeforeTaps = swapBlocks(graph, outFirst, [outBlocks * inBlocks, taps, block], block);
    return reshape(graph, outOfBlocks(graph, inBeforeTaps, outBlocks, into * taps, block), [out, into, kernel, kernel]);
  }
  const image = asImage(graph, input, [padding, right], block);
  const sums = blockedConv(graph, image, filter, [into, out, kernel, kernel], {
    kernel: [outHeight, outWidth],
    dilations: [stride, stride],
    pads: [padding, 0, below, 0],
  });
  const pairs = reshape(graph, sums, [into * (out / block), taps * block]);
  const outFirst = rowsInOrder(graph, pairs, swappedPlaces(into, out / block));
  return reshape(graph, outOfBlocks(graph, outFirst, out / block, into * taps, block), [out, into, kernel, kernel]);
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
  { kernel, padding, input: [into, height, width], output: [out] }: ConvolutionGeometry,
  input: Value,
  gradient: Value,
  block: number,
): Value {
  const border = kernel - 1 - padding;
  const image = asImage(graph, gradient, [border, border], block);
  const sums = blockedConv(graph, image, asFilter(graph, input, block), [out, into, kernel, kernel], {
    kernel: [height, width],
    pads: [border, 0, border, 0],
  });
  const maps = out * (into / block);
  const taps = kernel * kernel;
  const turned = someTaps(graph, reshape(graph, sums, [maps * taps, block]), taps, numbers(taps).reverse());
  return reshape(graph, outOfBlocks(graph, turned, maps, taps, block), [out, into, kernel, kernel]);
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
  { input: [into, height, width], output: [out] }: ConvolutionGeometry,
  input: Value,
  gradient: Value,
  block: number,
): Value {
  const image = asImage(graph, gradient, [1, 1], block);
  const sums = blockedConv(graph, image, asFilter(graph, input, block), [out / block, into, 4, 4 * block], {
    kernel: [height, width],
    dilations: [2, 2 * block],
    pads: [1, 0, 1, 0],
  });
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
  { input: [into, height, width], output: [out] }: ConvolutionGeometry,
  input: Value,
  gradient: Value,
  block: number,
): Value {
  const image = asImage(graph, gradient, [1, 1], block);
  const sums = blockedConv(graph, image, asFilter(graph, input, block), [out, into, 4, 4], {
    kernel: [height, width],
    dilations: [2, 2],
    pads: [1, 0, 1, 0],
  });
  return reshape(graph, outOfBlocks(graph, sums, out * (into / block), 16, block), [out, into, 4, 4]);
}

/** [batch, c, h, w] blocked → values as of a blocked filter with c outputs, the batch as inputs and an h × w kernel. */
function asFilter(graph: Graph, value: Value, block: number): Value {
  const [batch = 1, channels = 1, height = 1, width = 1] = value.shape;
  const images = wholeBlocks(batch, block);
  const pixels = height * width;
  const rows = channelsFirst(graph, value, channels / block, images);
  const filter = swapBlocks(graph, rows, [(channels / block) * (images / block), block, pixels], block);
  return reshape(graph, filter, [channels, images, height, width]);
}

/**
 * As the image that such a filter goes over, with empty columns at its sides.
 * @param value [batch, c, h, w]; blocked, it becomes [c / block, batch, h, (left + w + right) · block], where the next
 * pixel is a block away; plain, it becomes [c, batch, h, left + w + right]
 * @returns with the batch in blocks
 */
function asImage(graph: Graph, value: Value, [left, right]: readonly [number, number], block: number): Value {
  const [batch = 1, channels = 1, height = 1, width = 1] = value.shape;
  const images = wholeBlocks(batch, block);
  const pixel = value.blocked === true ? block : 1;
  const maps = channels / pixel;
  const rows = channelsFirst(graph, value, maps, images);
  const blocks = intoBlocks(graph, rows, maps * (images / block), height * width * pixel, block);
  const lines = reshape(graph, blocks, [maps * (images / block) * height, width * pixel * block]);
  const [before, after] = [left, right].map((columns) => emptyColumns(graph, lines, columns * pixel * block));
  const wide = concat(graph, [...(before ?? []), lines, ...(after ?? [])], 1);
  return { ...reshape(graph, wide, [maps, images, height, (left + width + right) * pixel]), blocked: true };
}

/** The maps of one channel, or block of them, of all images together: [maps · images, values of a map]. */
function channelsFirst(graph: Graph, value: Value, maps: number, images: number): Value {
  const [batch = 1] = value.shape;
  const inMap = value.shape.reduce((product, size) => product * size, 1) / (batch * maps);
  const rows = rowsInOrder(graph, reshape(graph, value, [batch * maps, inMap]), swappedPlaces(batch, maps));
  return padTo(graph, reshape(graph, rows, [maps, batch, inMap]), [maps, images, inMap]);
}

function emptyColumns(graph: Graph, { shape: [lines = 1] }: Value, values: number): Value[] {
  if (values === 0) return [];
  const shape = [lines, values];
  return [graph.add('Expand', [graph.scalar(0), graph.integers(shape)], shape)];
}
