/** Filters from PyTorch's layout, [out, in, kernel, kernel], to the blocked ones that kernels.ts describes. */
import type { Graph, Value } from '../graph';
import { reshape, transpose } from '../operators/arithmetic';

/** `out` must fill whole blocks; `in` as well, or be fewer than a block. */
export function blockFilter(graph: Graph, weight: Value, block: number): Value {
  const [out = 1, into = 1, kernel = 1] = weight.shape;
  const taps = kernel * kernel;
  const axes =
    into % block === 0
      ? transpose(graph, reshape(graph, weight, [out / block, block, into / block, block, taps]), [0, 2, 4, 3, 1])
      : transpose(graph, reshape(graph, weight, [out / block, block, into * taps]), [0, 2, 1]);
  return reshape(graph, axes, weight.shape);
}

/** Fewer than a block of `out`, with empty ones behind them up to a block. */
export function padFilter(graph: Graph, weight: Value, block: number): Value {
  const [out = 1, into = 1, kernel = 1] = weight.shape;
  const taps = kernel * kernel;
  const axes = transpose(graph, reshape(graph, weight, [out, into / block, block, taps]), [1, 3, 2, 0]);
  return reshape(graph, padTo(graph, axes, [into / block, taps, block, block]), [block, into, kernel, kernel]);
}

/** For the way back: `in` and `out` change places and the kernel is reversed. `out` may be fewer than a block. */
export function blockTurnedFilter(graph: Graph, weight: Value, block: number): Value {
  const [out = 1, into = 1, kernel = 1] = weight.shape;
  const taps = kernel * kernel;
  const wide = out % block === 0;
  const axes = wide
    ? reshape(graph, weight, [out / block, block, into / block, block, taps])
    : reshape(graph, weight, [out, into / block, block, taps]);
  const turned = reversed(graph, axes, wide ? 4 : 3);
  const placed = transpose(graph, turned, wide ? [2, 0, 4, 1, 3] : [1, 0, 3, 2]);
  return reshape(graph, placed, [into, out, kernel, kernel]);
}

/** The same values in the reverse order of one axis. */
export function reversed(graph: Graph, value: Value, axis: number): Value {
  const beforeFirst = -(2 ** 31);
  const bounds = [[-1], [beforeFirst], [axis], [-1]].map((bound) => graph.integers(bound));
  return graph.add('Slice', [value, ...bounds], value.shape);
}

/** Zeros behind the values of every axis, up to the wanted shape. */
export function padTo(graph: Graph, value: Value, shape: readonly number[]): Value {
  const missing = shape.map((size, axis) => size - (value.shape[axis] ?? 0));
  if (missing.every((count) => count === 0)) return value;
  return graph.add('Pad', [value, graph.integers([...shape.map(() => 0), ...missing])], shape);
}
