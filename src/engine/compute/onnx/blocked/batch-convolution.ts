/**
 * Convolutions whose channels are the images of a batch, as gradients of filters need them: one value is the image, the
 * other, as large as a whole map, the filter.
 */
import { valueCount } from '../../../model/plan';
import type { Graph, Value } from '../graph';
import { concat, reshape, sumOver } from '../operators/arithmetic';
import { batchAsItLies } from './batch-as-it-lies';
import { batchInBlocks } from './batch-in-blocks';
import { blockedConv } from './kernels';

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

/** Both values with the batch as channels. */
export interface BatchOperands {
  /** Maps' lines one after the other, without what is around them: [lines, values of a line]. */
  readonly lines: Value;
  /** Images that the lines are of, maybe with empty ones. */
  readonly images: number;
  /** Whether the images lie in blocks. */
  readonly blocked?: true;
  /** [groups · f, images / groups, fh, fw] */
  readonly filter: Value;
  /** Of images, each of which has sums of its own first. */
  readonly groups: number;
}

/** Maps of fewer pixels are so soon through that sums of few images would mostly be fetched and put down again. */
const fewestPixels = 128;

/**
 * Sums of the products of all images.
 * @returns [c / pixel, f, rows, columns · pixel] in blocks of f. Width and the channels of a pixel make one axis: those
 * of a block, or all of a plain image
 */
export function convolveBatch(graph: Graph, options: BatchConvolution, block: number): Value {
  const { image, filter, step, pads } = options;
  const [rows, columns] = options.size;
  const [, channels = 1, imageHeight = 1, imageWidth = 1] = image.shape;
  const [, filters = 1, height = 1, width = 1] = filter.shape;
  const [above, left, below, right] = pads;
  const pixel = image.blocked === true ? block : channels;
  const maps = channels / pixel;
  const shape = [maps, filters, rows, columns * pixel];
  // Blocks of images cost several passes over the image, but the runtime sums them up faster.
  const isLarge = step > 1 && height * width >= fewestPixels;
  const layOut = image.blocked !== true || isLarge ? batchAsItLies : batchInBlocks;
  const operands = layOut(graph, image, filter, valueCount(shape), block);
  const { lines, images, blocked, groups } = operands;
  const lanes = blocked === true ? block : 1;
  const [before, after] = [left, right].map((count) => emptyColumns(graph, lines, count * pixel * lanes));
  const wide = concat(graph, [...(before ?? []), lines, ...(after ?? [])], 1);
  const framed = reshape(graph, wide, [maps, images, imageHeight, (left + imageWidth + right) * pixel]);
  const sums = blockedConv(
    graph,
    { ...framed, ...(blocked && { blocked }) },
    operands.filter,
    [maps, groups * filters, rows, columns * pixel],
    { kernel: [height, width], dilations: [step, step * pixel], pads: [above, 0, below, 0], groups },
  );
  if (groups === 1) return sums;
  const ofGroups = reshape(graph, sums, [maps, groups, valueCount(shape) / maps]);
  return { ...reshape(graph, sumOver(graph, ofGroups, [1]), shape), blocked: true };
}

function emptyColumns(graph: Graph, { shape: [lines = 1] }: Value, values: number): Value[] {
  if (values === 0) return [];
  const shape = [lines, values];
  return [graph.add('Expand', [graph.scalar(0), graph.integers(shape)], shape)];
}
