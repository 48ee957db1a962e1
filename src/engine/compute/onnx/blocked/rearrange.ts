/**
 * Other orders of values, made by the operators that bring plain values into blocks and back. They move whole vectors
 * and share the work among threads; a general transposition moves one value after the other on a single thread, and of
 * a filter of 128 × 128 × 3 × 3 took eight times as long.
 */
import { blockedDomain } from '../blocked-domain';
import type { Graph, Value } from '../graph';
import { reshape } from '../operators/arithmetic';

/** [count, block, inner] → [count, inner, block] */
export function intoBlocks(graph: Graph, value: Value, count: number, inner: number, block: number): Value {
  const shape = [count, block, 1, inner];
  const blocks = graph.add('ReorderInput', [reshape(graph, value, shape)], shape, {}, blockedDomain);
  return reshape(graph, blocks, [count, inner, block]);
}

/** [count, inner, block] → [count, block, inner] */
export function outOfBlocks(graph: Graph, value: Value, count: number, inner: number, block: number): Value {
  const shape = [count, block, 1, inner];
  const blocks = reshape(graph, value, shape);
  const plain = graph.add('ReorderOutput', [blocks], shape, { channels: block }, blockedDomain);
  return reshape(graph, plain, [count, block, inner]);
}

/** [count, rows, columns, block] → [count, columns, rows, block] */
export function swapBlocks(
  graph: Graph,
  value: Value,
  [count, rows, columns]: readonly [number, number, number],
  block: number,
): Value {
  const channels = columns * block;
  const lastChannels = reshape(graph, value, [count, 1, rows, channels]);
  const shape = [count, channels, 1, rows];
  const swapped = graph.add('ReorderInput', [lastChannels], shape, { channels_last: 1 }, blockedDomain);
  return reshape(graph, swapped, [count, columns, rows, block]);
}

/** Rows, along the first axis, by their places among the given ones. */
export function rowsInOrder(graph: Graph, value: Value, places: readonly number[]): Value {
  const [rows, ...row] = value.shape;
  if (places.length === rows && places.every((place, at) => place === at)) return value;
  return graph.add('Gather', [value, graph.integers(places)], [places.length, ...row], { axis: 0 });
}

/** What {@link rowsInOrder} takes to swap the two axes that make [outer · inner] rows. */
export function swappedPlaces(outer: number, inner: number): number[] {
  return Array.from({ length: outer * inner }, (_, at) => (at % outer) * inner + Math.floor(at / outer));
}
