/**
 * Convolutions whose channels are the images of a batch, as gradients of filters need them: one value is the image, the
 * other, as large as a whole map, the filter. Both have whole blocks of images, filled up with empty ones.
 */
import { valueCount } from '../../../model/plan';
import { wholeBlocks } from '../blocked-domain';
import type { Graph, Value } from '../graph';
import { concat, reshape, sumOver } from '../operators/arithmetic';
import { padTo } from './filters';
import { blockedConv } from './kernels';
import { intoBlocks, rowsInOrder, swapBlocks, swappedPlaces } from './rearrange';

export interface BatchConvolution {
  /** [batch, c, h, w], blocked or plain */
  readonly image: Value;
  /** [batch, f, fh, fw], blocked */
  readonly filter: Value;
  /** Rows and columns of what comes out. */
  readonly size: readonly [number, number];
  /** Pixels of the image from one of the filter's to the next. */
  readonly step: number;
  /** Empty pixels around the image: above, left, below, right. */
  readonly pads: readonly [number, number, number, number];
}

/**
 * Sums of the products of all images.
 * @returns for a plain image [c, f, rows, columns] in blocks of f; for a blocked one [c / block, f, rows,
 * columns · block], where width and the channels of a block make one axis
 */
export function convolveBatch(graph: Graph, options: BatchConvolution, block: number): Value {
  const { image, filter, step, pads } = options;
  const [rows, columns] = options.size;
  const [batch = 1, filters = 1, height = 1, width = 1] = filter.shape;
  const [above, left, below, right] = pads;
  const pixel = image.blocked === true ? block : 1;
  const maps = (image.shape[1] ?? 1) / pixel;
  const sums = maps * filters * rows * columns * pixel;
  const parts = worthwhileParts(wholeBlocks(batch, block) / block, sums, batch * filters * height * width);
  const laidOut = parts > 1 ? asFilters(graph, filter, block) : asFilter(graph, filter, block);
  const shape = [maps, filters, rows, columns * pixel];
  const ofParts = blockedConv(
    graph,
    asImage(graph, image, [left, right], block),
    laidOut,
    [maps, parts * filters, rows, columns * pixel],
    { kernel: [height, width], dilations: [step, step * pixel], pads: [above, 0, below, 0], groups: parts },
  );
  if (parts === 1) return ofParts;
  const joined = sumOver(graph, reshape(graph, ofParts, [maps, parts, sums / maps]), [1]);
  return { ...reshape(graph, joined, shape), blocked: true };
}

/**
 * Each block of images may have its own sums first. The filter then lies nearly as it came, and there is more for the
 * threads to share: of 16 channels and a 3×3 kernel they would otherwise get three rows. It costs more than it saves
 * where there are more sums than values.
 */
function worthwhileParts(blocks: number, sums: number, values: number): number {
  return blocks * sums <= values ? blocks : 1;
}

/** [batch, f, h, w] blocked → values as of a blocked filter with f outputs, the batch as inputs and an h × w kernel. */
function asFilter(graph: Graph, value: Value, block: number): Value {
  const [batch = 1, filters = 1, height = 1, width = 1] = value.shape;
  const images = wholeBlocks(batch, block);
  const blocks = filters / block;
  const rows = channelsFirst(graph, value, blocks, images);
  const filter = swapBlocks(graph, rows, [blocks * (images / block), block, height * width], block);
  return reshape(graph, filter, [filters, images, height, width]);
}

/** The same as a filter of its own for each block of images, one after the other. */
function asFilters(graph: Graph, value: Value, block: number): Value {
  const [batch = 1, filters = 1, height = 1, width = 1] = value.shape;
  const images = wholeBlocks(batch, block);
  const inImage = filters * height * width;
  const filled = padTo(graph, reshape(graph, value, [batch, inImage]), [images, inImage]);
  const parts = images / block;
  const swapped = swapBlocks(graph, filled, [parts, block, inImage / block], block);
  return reshape(graph, swapped, [parts * filters, block, height, width]);
}

/**
 * As an image, with empty columns at its sides.
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

/** The maps of one channel, or block of them, of all images together: [maps, images, values of a map]. */
function channelsFirst(graph: Graph, value: Value, maps: number, images: number): Value {
  const [batch = 1] = value.shape;
  const inMap = valueCount(value.shape) / (batch * maps);
  const rows = rowsInOrder(graph, reshape(graph, value, [batch * maps, inMap]), swappedPlaces(batch, maps));
  return padTo(graph, reshape(graph, rows, [maps, batch, inMap]), [maps, images, inMap]);
}

function emptyColumns(graph: Graph, { shape: [lines = 1] }: Value, values: number): Value[] {
  if (values === 0) return [];
  const shape = [lines, values];
  return [graph.add('Expand', [graph.scalar(0), graph.integers(shape)], shape)];
}
