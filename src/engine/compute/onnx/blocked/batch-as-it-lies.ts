/**
 * A batch as channels that are fewer than a block in each group. The runtime takes such channels one by one, and their
 * filter, [out / block][in][row][column][out of block], is how a blocked value of one image lies: large values need not
 * be laid out anew.
 */
import { wholeBlocks } from '../blocked-domain';
import type { Graph, Value } from '../graph';
import { reshape, transpose } from '../operators/arithmetic';
import type { BatchOperands } from './batch-convolution';
import { numbers, padTo } from './filters';
import { rowsInOrder, swappedPlaces } from './rearrange';

/** @param sums that all images together make */
export function batchAsItLies(graph: Graph, image: Value, filter: Value, sums: number, block: number): BatchOperands {
  const [batch = 1, filters = 1, height = 1, width = 1] = filter.shape;
  // All channels together must be whole blocks, unless they are fewer than one.
  const images = batch < block ? batch : wholeBlocks(batch, block);
  const together = imagesTogether(images, filters === block || sums > filters * height * width, block);
  return {
    lines: asLines(graph, image, images, block),
    images,
    filter: asFilter(graph, filter, images, together, block),
    groups: images / together,
  };
}

/**
 * How many images a group has. Of several, the maps of a block of channels are to be brought together first, unless
 * there is but one such block; it costs less than to write, and add up, many sums of their own.
 */
function imagesTogether(images: number, isWorthIt: boolean, block: number): number {
  if (!isWorthIt) return 1;
  let together = Math.min(images, block - 1);
  while (images % together > 0) together--;
  return together;
}

/** [batch, f, h, w] blocked → values as of a filter with f outputs for each group, its images as inputs. */
function asFilter(graph: Graph, value: Value, images: number, together: number, block: number): Value {
  const [batch = 1, filters = 1, height = 1, width = 1] = value.shape;
  const blocks = filters / block;
  const inBlock = block * height * width;
  const groups = images / together;
  const filled = padTo(graph, reshape(graph, value, [batch, blocks * inBlock]), [images, blocks * inBlock]);
  const places = numbers(groups).flatMap((group) =>
    swappedPlaces(together, blocks).map((place) => group * together * blocks + place),
  );
  const rows = rowsInOrder(graph, reshape(graph, filled, [images * blocks, inBlock]), places);
  return reshape(graph, rows, [groups * filters, together, height, width]);
}

/** [batch, c, h, w] → [c / pixel · images · h, w · pixel]. A pixel's channels are those of a block, or all of a plain image. */
function asLines(graph: Graph, value: Value, images: number, block: number): Value {
  const [batch = 1, channels = 1, height = 1, width = 1] = value.shape;
  const pixel = value.blocked === true ? block : channels;
  const maps = channels / pixel;
  const inMap = height * width * pixel;
  const isOrdered = value.blocked === true || channels === 1;
  const pixels = isOrdered ? value : transpose(graph, value, [0, 2, 3, 1]);
  const rows = rowsInOrder(graph, reshape(graph, pixels, [batch * maps, inMap]), swappedPlaces(batch, maps));
  const filled = padTo(graph, reshape(graph, rows, [maps, batch, inMap]), [maps, images, inMap]);
  return reshape(graph, filled, [maps * images * height, width * pixel]);
}
