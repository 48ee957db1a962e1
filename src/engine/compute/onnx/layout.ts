/** Between plain tensors, [batch, channels, height, width], and those with channels in blocks (see Value.blocked). */
import { blockedDomain } from './blocked-domain';
import type { Graph, Value } from './graph';

export function toPlain(graph: Graph, value: Value): Value {
  if (value.blocked !== true) return value;
  return graph.add('ReorderOutput', [value], value.shape, { channels: value.shape[1] ?? 1 }, blockedDomain);
}

/** The number of channels must be a multiple of the block. */
export function toBlocked(graph: Graph, value: Value): Value {
  if (value.blocked === true) return value;
  return { ...graph.add('ReorderInput', [value], value.shape, {}, blockedDomain), blocked: true };
}

/** The value in the same layout as the other one. */
export function matchLayout(graph: Graph, value: Value, other: Value): Value {
  return other.blocked === true ? toBlocked(graph, value) : toPlain(graph, value);
}
