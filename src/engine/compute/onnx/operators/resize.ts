/** Nearest-neighbour resizing to any size: output pixel i shows input pixel floor(i · in / out). */
import type { Graph, Value } from '../graph';
import { reshape, sumOver } from './arithmetic';
import type { Operator, Place } from './operator';

export const resize: Operator<'resize'> = (place, _layer, input) => {
  const { input: from, output: to } = place;
  if (to[1] % from[1] === 0 && to[2] % from[2] === 0) return enlarged(place, input);
  return selected(place, input);
};

/** By whole factors: runtimes have a fast kernel, and the gradient is the sum over each block of equal pixels. */
function enlarged({ graph, batch, input: from, output: to }: Place, input: Value) {
  const [channels, height, width] = from;
  const rows = to[1] / height;
  const columns = to[2] / width;
  const output =
    rows === 1 && columns === 1
      ? input
      : graph.add(
          'Resize',
          [input, undefined, graph.constant([4], Float32Array.of(1, 1, rows, columns))],
          [batch, ...to],
          { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' },
        );
  return {
    output,
    backward(gradient: Value) {
      if (output === input) return { input: gradient };
      const blocks = reshape(graph, gradient, [batch * channels * height, rows, width, columns]);
      return { input: reshape(graph, sumOver(graph, blocks, [1, 3]), [batch, ...from]) };
    },
  };
}

/** By any factor: a product with matrices of zeros and ones, which is exact, and so is its transpose as gradient. */
function selected({ graph, input: from, output: to }: Place, input: Value) {
  const rows = selection(from[1], to[1]);
  const columns = selection(from[2], to[2]);
  const taller = product(graph, graph.constant([to[1], from[1]], rows.matrix), input);
  return {
    output: product(graph, taller, graph.constant([from[2], to[2]], columns.transposed)),
    backward(gradient: Value) {
      const sums = product(graph, graph.constant([from[1], to[1]], rows.transposed), gradient);
      return { input: product(graph, sums, graph.constant([to[2], from[2]], columns.matrix)) };
    },
  };
}

/** [to, from] with a single 1 a row, and its transpose. */
function selection(from: number, to: number): { matrix: Float32Array; transposed: Float32Array } {
  const matrix = new Float32Array(to * from);
  const transposed = new Float32Array(to * from);
  for (let row = 0; row < to; row++) {
    const column = Math.floor((row * from) / to);
    matrix[row * from + column] = 1;
    transposed[column * to + row] = 1;
  }
  return { matrix, transposed };
}

/** The matrix product over the last two axes; one factor is a plain matrix. */
function product(graph: Graph, a: Value, b: Value): Value {
  const images = a.shape.length > b.shape.length ? a : b;
  const shape = [...images.shape.slice(0, -2), a.shape.at(-2) ?? 1, b.shape.at(-1) ?? 1];
  return graph.add('MatMul', [a, b], shape);
}
