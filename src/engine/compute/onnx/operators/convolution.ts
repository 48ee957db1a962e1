/** Two-dimensional convolution (cross-correlation, as everywhere in deep learning) with square kernels. */
import type { Graph, Value } from '../graph';
import { filterGradient } from './filter-gradient';
import { reshape, sumOver, transpose } from './arithmetic';
import type { Operator } from './operator';

/** A convolution's sizes; heights and widths are those of its input and output. */
export interface ConvolutionGeometry {
  readonly batch: number;
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
  readonly input: readonly [channels: number, height: number, width: number];
  readonly output: readonly [channels: number, height: number, width: number];
}

export const conv: Operator<'conv'> = ({ graph, batch, input: from, output: to, parameter }, layer, input) => {
  const { kernel, stride, padding } = layer;
  const geometry: ConvolutionGeometry = { batch, kernel, stride, padding, input: from, output: to };
  const weight = parameter('weight');
  const operands = layer.bias ? [input, weight, parameter('bias')] : [input, weight];
  return {
    output: graph.add('Conv', operands, [batch, ...to], {
      kernel_shape: [kernel, kernel],
      strides: [stride, stride],
      pads: [padding, padding, padding, padding],
    }),
    backward(gradient, wanted) {
      const parameters = {
        weight: filterGradient(graph, geometry, input, gradient),
        ...(layer.bias ? { bias: reshape(graph, sumOver(graph, gradient, [0, 2, 3]), [to[0]]) } : {}),
      };
      if (!wanted.input) return { parameters };
      return { input: inputGradient(graph, geometry, weight, gradient), parameters };
    },
  };
};

/** With stride 1 a convolution with the filter turned around, which is faster than the transposed convolution. */
export function inputGradient(graph: Graph, geometry: ConvolutionGeometry, weight: Value, gradient: Value): Value {
  const { batch, kernel, stride, padding, input, output } = geometry;
  if (stride === 1 && padding < kernel) {
    const border = kernel - 1 - padding;
    return graph.add('Conv', [gradient, turned(graph, weight)], [batch, ...input], {
      kernel_shape: [kernel, kernel],
      pads: [border, border, border, border],
    });
  }
  // Rows and columns at the far end that no kernel position reached.
  const unseen = [1, 2].map((axis) => (input[axis] ?? 0) + 2 * padding - kernel - ((output[axis] ?? 0) - 1) * stride);
  return graph.add('ConvTranspose', [gradient, weight], [batch, ...input], {
    kernel_shape: [kernel, kernel],
    strides: [stride, stride],
    pads: [padding, padding, padding, padding],
    output_padding: unseen,
  });
}

/** [out, in, k, k] → [in, out, k, k] with both kernel axes reversed. */
function turned(graph: Graph, weight: Value): Value {
  const swapped = transpose(graph, weight, [1, 0, 2, 3]);
  const beforeFirst = -(2 ** 31);
  return graph.add(
    'Slice',
    [
      swapped,
      graph.integers([-1, -1]),
      graph.integers([beforeFirst, beforeFirst]),
      graph.integers([2, 3]),
      graph.integers([-1, -1]),
    ],
    swapped.shape,
  );
}
