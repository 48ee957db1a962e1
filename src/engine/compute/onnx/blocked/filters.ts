/** Filters from PyTorch's layout, [out, in, kernel, kernel], to the blocked ones that kernels.ts describes. */
import { valueCount } from '../../../model/plan';
import type { Graph, Value } from '../graph';
import { reshape } from '../operators/arithmetic';
import { intoBlocks, rowsInOrder, swapBlocks } from './rearrange';

/**
 * A filter's squares, each of a block of inputs × a block of outputs.
 * @param weight [out, in, ...taps], both in whole blocks
 * @returns [out blocks · in blocks · taps, in of block, out of block]
 */
export function filterSquares(graph: Graph, weight: Value, block: number): Value {
  const { outBlocks, inBlocks, taps } = blocksOf(weight, block);
  const outLast = intoBlocks(graph, weight, outBlocks, inBlocks * block * taps, block);
  const squares = swapBlocks(graph, outLast, [outBlocks * inBlocks, block, taps], block);
  return reshape(graph, squares, [outBlocks * inBlocks * taps, block, block]);
}

/** The same for the way back, where outputs are what comes in: [out blocks · in blocks · taps, out, in of block]. */
export function turnedSquares(graph: Graph, weight: Value, block: number): Value {
  const { outBlocks, inBlocks, taps } = blocksOf(weight, block);
  const inLast = intoBlocks(graph, weight, outBlocks * block * inBlocks, taps, block);
  const squares = swapBlocks(graph, inLast, [outBlocks, block, inBlocks * taps], block);
  return reshape(graph, squares, [outBlocks * inBlocks * taps, block, block]);
}

/** Some taps of all squares: [out blocks · in blocks · chosen, ...]. @param squares [out blocks · in blocks · taps, ...] */
export function someTaps(graph: Graph, squares: Value, taps: number, chosen: readonly number[]): Value {
  const [rows = 1] = squares.shape;
  const places = numbers(rows / taps).flatMap((pair) => chosen.map((tap) => pair * taps + tap));
  return rowsInOrder(graph, squares, places);
}

/**
 * Some taps of all squares, in [in blocks][out blocks][tap], as the way back wants them.
 * @param squares [out blocks · in blocks · taps, ...]
 * @param chosen the taps, in their new order
 */
export function turnedTaps(
  graph: Graph,
  squares: Value,
  [outBlocks, inBlocks, taps]: readonly [number, number, number],
  chosen: readonly number[],
): Value {
  const places = numbers(inBlocks).flatMap((into) =>
    numbers(outBlocks).flatMap((out) => chosen.map((tap) => (out * inBlocks + into) * taps + tap)),
  );
  return rowsInOrder(graph, squares, places);
}

/** `out` must fill whole blocks; `in` as well, or be fewer than a block. */
export function blockFilter(graph: Graph, weight: Value, block: number): Value {
  const [out = 1, into = 1] = weight.shape;
  const filter =
    into % block === 0
      ? filterSquares(graph, weight, block)
      : intoBlocks(graph, weight, out / block, valueCount(weight.shape) / out, block);
  return reshape(graph, filter, weight.shape);
}

/** Fewer than a block of `out`, with empty ones behind them up to a block. */
export function padFilter(graph: Graph, weight: Value, block: number): Value {
  const [, ...others] = weight.shape;
  return blockFilter(graph, padTo(graph, weight, [block, ...others]), block);
}

/** For the way back: `in` and `out` change places and the kernel is reversed. `out` may be fewer than a block. */
export function blockTurnedFilter(graph: Graph, weight: Value, block: number): Value {
  const [out = 1, into = 1, kernel = 1] = weight.shape;
  const reversed = numbers(kernel * kernel).reverse();
  return reshape(graph, turnedFilter(graph, weight, reversed, block), [into, out, kernel, kernel]);
}

/**
 * For the way back: `in` and `out` change places, with the taps in the given order.
 * @param weight [out, in, ...taps]; `out` may be fewer than a block
 */
export function turnedFilter(graph: Graph, weight: Value, chosen: readonly number[], block: number): Value {
  const [out = 1, into = 1] = weight.shape;
  const taps = valueCount(weight.shape) / (out * into);
  const inBlocks = into / block;
  if (out % block === 0) {
    return turnedTaps(graph, turnedSquares(graph, weight, block), [out / block, inBlocks, taps], chosen);
  }
  const inLast = reshape(graph, intoBlocks(graph, weight, out * inBlocks, taps, block), [out * inBlocks * taps, block]);
  return turnedTaps(graph, inLast, [out, inBlocks, taps], chosen);
}

/** Zeros behind the values of every axis, up to the wanted shape. */
export function padTo(graph: Graph, value: Value, shape: readonly number[]): Value {
  const missing = shape.map((size, axis) => size - (value.shape[axis] ?? 0));
  if (missing.every((count) => count === 0)) return value;
  return graph.add('Pad', [value, graph.integers([...shape.map(() => 0), ...missing])], shape);
}

function blocksOf(weight: Value, block: number) {
  const [out = 1, into = 1] = weight.shape;
  return { outBlocks: out / block, inBlocks: into / block, taps: valueCount(weight.shape) / (out * into) };
}

export function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, at) => at);
}
