/** Resizing to any size. Nearest: output pixel i shows input pixel floor(i · in / out). */
import type { Graph, Value } from '../graph';
import { reshape, sumOver } from './arithmetic';
import { interpolation, selection } from '../../network/interpolation';
import type { Forward, Operator, Place } from './operator';

export const resize: Operator<'resize'> = (place, { mode = 'nearest', scale }, input) => {
  const { input: from, output: to } = place;
  // By a factor that leaves a part of a pixel over, the pixels' distance is that of the factor.
  if (mode !== 'nearest') return interpolated(place, mode, scale === undefined ? undefined : 1 / scale, input);
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

/**
 * By any factor: rows by their number, columns by a product with a matrix of zeros and ones, which is faster than
 * picking single values. Both are exact, and so are the transposed matrices as gradient.
 */
function selected({ graph, batch, input: from, output: to }: Place, input: Value) {
  const [channels, height, width] = from;
  const columns = selection(width, to[2]);
  const rowNumbers = graph.integers(Array.from({ length: to[1] }, (_, row) => Math.floor((row * height) / to[1])));
  const wider = product(graph, input, graph.constant([width, to[2]], columns.transposed));
  return {
    output: graph.add('Gather', [wider, rowNumbers], [batch, ...to], { axis: 2 }),
    backward(gradient: Value) {
      const rows = selection(height, to[1]);
      const narrower = product(graph, gradient, graph.constant([to[2], width], columns.matrix));
      const sums = product(graph, graph.constant([height, to[1]], rows.transposed), narrower);
      return { input: { ...sums, shape: [batch, channels, height, width] } };
    },
  };
}

/**
 * A row or column of the result is a weighted sum of a few of the input's: one matrix for each axis, whose transpose is
 * the gradient.
 */
function interpolated(
  { graph, batch, input: from, output: to }: Place,
  mode: 'bilinear' | 'bicubic',
  spacing: number | undefined,
  input: Value,
): Forward {
  const [, height, width] = from;
  const rows = interpolation(mode, height, to[1], spacing);
  const columns = interpolation(mode, width, to[2], spacing);
  const wider = product(graph, input, graph.constant([width, to[2]], columns.transposed));
  const output = product(graph, graph.constant([to[1], height], rows.matrix), wider);
  return {
    output: { ...output, shape: [batch, ...to] },
    backward(gradient) {
      const lower = product(graph, graph.constant([height, to[1]], rows.transposed), gradient);
      const result = product(graph, lower, graph.constant([to[2], width], columns.matrix));
      return { input: { ...result, shape: [batch, ...from] } };
    },
  };
}

/** The matrix product over the last two axes; one factor is a plain matrix. */
function product(graph: Graph, a: Value, b: Value): Value {
  const images = a.shape.length > b.shape.length ? a : b;
  const shape = [...images.shape.slice(0, -2), a.shape.at(-2) ?? 1, b.shape.at(-1) ?? 1];
  return graph.add('MatMul', [a, b], shape);
}
