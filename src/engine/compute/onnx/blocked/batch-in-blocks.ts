/** A batch as channels in blocks: 8 or 16 images beside each other, as the runtime's convolutions take channels. */
import { valueCount } from '../../../model/plan';
import { wholeBlocks } from '../blocked-domain';
import type { Graph, Value } from '../graph';
import { reshape } from '../operators/arithmetic';
import type { BatchOperands } from './batch-convolution';
import { padTo } from './filters';
import { intoBlocks, rowsInOrder, swapBlocks, swappedPlaces } from './rearrange';

/** @param sums that all images together make */
export function batchInBlocks(graph: Graph, image: Value, filter: Value, sums: number, block: number): BatchOperands {
  const [batch = 1, filters = 1, height = 1, width = 1] = filter.shape;
  const images = wholeBlocks(batch, block);
  const blocks = images / block;
  const groups = worthwhileGroups(blocks, sums, batch * filters * height * width);
  const laidOut = groups > 1 ? asFilters(graph, filter, block) : asFilter(graph, filter, block);
  return {
    lines: asLines(graph, image, images, block),
    images,
    blocked: true,
    filter: reshape(graph, laidOut, [groups * filters, images / groups, height, width]),
    groups,
  };
}

/**
 * Each block of images may have its own sums first. The filter then lies nearly as it came, and there is more for the
 * threads to share: of 16 channels and a 3×3 kernel they would otherwise get three rows. It costs more than it saves
 * where there are more sums than values.
 */
function worthwhileGroups(blocks: number, sums: number, values: number): number {
  return blocks * sums <= values ? blocks : 1;
}

/** [batch, f, h, w] blocked → values as of a blocked filter with f outputs, the batch as inputs and an h × w kernel. */
function asFilter(graph: Graph, value: Value, block: number): Value {
  const [batch = 1, filters = 1, height = 1, width = 1] = value.shape;
  const images = wholeBlocks(batch, block);
  const blocks = filters / block;
  const rows = channelsFirst(graph, value, blocks, images);
  return swapBlocks(graph, rows, [blocks * (images / block), block, height * width], block);
}

/** The same as a filter of its own for each block of images, one after the other. */
function asFilters(graph: Graph, value: Value, block: number): Value {
  const [batch = 1, filters = 1, height = 1, width = 1] = value.shape;
  const images = wholeBlocks(batch, block);
  const inImage = filters * height * width;
  const filled = padTo(graph, reshape(graph, value, [batch, inImage]), [images, inImage]);
  return swapBlocks(graph, filled, [images / block, block, inImage / block], block);
}

/** [batch, c, h, w] blocked → [c / block · images / block · h, w · block · block], where the next pixel is a block away. */
function asLines(graph: Graph, value: Value, images: number, block: number): Value {
  const [, channels = 1, height = 1, width = 1] = value.shape;
  const maps = channels / block;
  const blocks = maps * (images / block);
  const rows = channelsFirst(graph, value, maps, images);
  const lanes = intoBlocks(graph, rows, blocks, height * width * block, block);
  return reshape(graph, lanes, [blocks * height, width * block * block]);
}

/** The maps of one block of channels of all images together: [maps, images, values of a map]. */
function channelsFirst(graph: Graph, value: Value, maps: number, images: number): Value {
  const [batch = 1] = value.shape;
  const inMap = valueCount(value.shape) / (batch * maps);
  const rows = rowsInOrder(graph, reshape(graph, value, [batch * maps, inMap]), swappedPlaces(batch, maps));
  return padTo(graph, reshape(graph, rows, [maps, batch, inMap]), [maps, images, inMap]);
}
