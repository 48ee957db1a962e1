/** The runtime's operators on blocked values, and the sums that are made of them. */
import { blockedDomain } from '../blocked-domain';
import type { Graph, Value } from '../graph';
import { reshape, sumOver } from '../operators/arithmetic';

export interface BlockedConvolution {
  readonly kernel: readonly [number, number];
  readonly strides?: readonly [number, number];
  readonly dilations?: readonly [number, number];
  /** Above, left, below, right. */
  readonly pads?: readonly [number, number, number, number];
  readonly groups?: number;
  readonly bias?: Value | undefined;
  /** Added to the result. */
  readonly plus?: Value | undefined;
}

/**
 * @param filter whose values lie as [out / block][in / block][kernel][kernel][in of block][out of block]; with fewer
 * input channels than a block (the input is plain then) as [out / block][in][kernel][kernel][out of block]
 * @returns a blocked value
 */
export function blockedConv(
  graph: Graph,
  input: Value,
  filter: Value,
  shape: readonly number[],
  options: BlockedConvolution,
): Value {
  const { kernel, strides = [1, 1], dilations = [1, 1], pads = [0, 0, 0, 0], groups = 1, bias, plus } = options;
  const operands =
    plus !== undefined ? [input, filter, bias, plus] : bias !== undefined ? [input, filter, bias] : [input, filter];
  const attributes = {
    kernel_shape: kernel,
    strides,
    dilations,
    pads,
    group: groups,
  };
  return { ...graph.add('Conv', operands, shape, attributes, blockedDomain), blocked: true };
}

/** Every channel times its scale, plus its offset, plus another value of the same shape. All per-channel values are [channels]. */
export function scaleChannels(
  graph: Graph,
  input: Value,
  scale: Value,
  others: { offset?: Value; plus?: Value },
): Value {
  const channels = input.shape[1] ?? 1;
  const filter = reshape(graph, scale, [channels, 1, 1, 1]);
  return blockedConv(graph, input, filter, input.shape, {
    kernel: [1, 1],
    groups: channels,
    bias: others.offset,
    plus: others.plus,
  });
}

/** Sums over batch, height and width: [channels]. */
export function sumByChannel(graph: Graph, input: Value, block: number): Value {
  const [batch = 1, channels = 1, height = 1, width = 1] = input.shape;
  const sums = sumOver(graph, reshape(graph, input, [(batch * channels) / block, height * width, block]), [1]);
  return reshape(graph, sumOver(graph, reshape(graph, sums, [batch, channels]), [0]), [channels]);
}

/** Sums of products over batch, height and width, [channels]: each channel of each image as a filter over the other. */
export function dotByChannel(graph: Graph, a: Value, b: Value): Value {
  const [batch = 1, channels = 1, height = 1, width = 1] = a.shape;
  const maps = batch * channels;
  const filters = reshape(graph, b, [maps, 1, height, width]);
  const products = blockedConv(graph, reshape(graph, a, [1, maps, height, width]), filters, [1, maps, 1, 1], {
    kernel: [height, width],
    groups: maps,
  });
  return reshape(graph, sumOver(graph, reshape(graph, products, [batch, channels]), [0]), [channels]);
}
