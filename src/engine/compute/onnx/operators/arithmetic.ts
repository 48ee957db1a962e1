/** The few element-wise and shaping steps that all operators are written in. */
import type { Attribute, Graph, Value } from '../graph';

/** The shape of an element-wise result, by ONNX's (NumPy's) broadcasting. */
function broadcast(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const sizeA = a[axis - rank + a.length] ?? 1;
    const sizeB = b[axis - rank + b.length] ?? 1;
    return sizeA === 1 ? sizeB : sizeA;
  });
}

/** Works on every value by itself, so that it does not matter how they are laid out. */
export function elementwise(
  graph: Graph,
  operator: string,
  inputs: readonly Value[],
  attributes: Readonly<Record<string, Attribute>> = {},
): Value {
  const shape = inputs.map((input) => input.shape).reduce(broadcast);
  const output = graph.add(operator, inputs, shape, attributes);
  return inputs.some(({ blocked }) => blocked) ? { ...output, blocked: true } : output;
}

function binary(operator: string) {
  return (graph: Graph, a: Value, b: Value): Value => elementwise(graph, operator, [a, b]);
}

export const add = binary('Add');
export const subtract = binary('Sub');
export const multiply = binary('Mul');
export const divide = binary('Div');

export function unary(graph: Graph, operator: string, input: Value): Value {
  return elementwise(graph, operator, [input]);
}

export function reshape(graph: Graph, input: Value, shape: readonly number[]): Value {
  return graph.add('Reshape', [input, graph.integers(shape)], shape);
}

export function transpose(graph: Graph, input: Value, order: readonly number[]): Value {
  const shape = order.map((axis) => input.shape[axis] ?? 1);
  return graph.add('Transpose', [input], shape, { perm: order });
}

/** Sums over the axes, which stay as 1. */
export function sumOver(graph: Graph, input: Value, axes: readonly number[]): Value {
  const shape = input.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  return graph.add('ReduceSum', [input, graph.integers(axes)], shape, { keepdims: 1 });
}

/** Means over the axes, which stay as 1. */
export function meanOver(graph: Graph, input: Value, axes: readonly number[]): Value {
  const shape = input.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  return graph.add('ReduceMean', [input], shape, { axes, keepdims: 1 });
}

/** [from, to) of one axis. */
export function slice(graph: Graph, input: Value, axis: number, from: number, to: number): Value {
  const shape = input.shape.map((size, at) => (at === axis ? to - from : size));
  return graph.add('Slice', [input, graph.integers([from]), graph.integers([to]), graph.integers([axis])], shape);
}

/** WebGPU binds at most 12 buffers to a shader, one of them the result. */
const mostJoined = 10;

/** Values joined along an axis; many of them in several rounds. */
export function concat(graph: Graph, parts: readonly Value[], axis: number): Value {
  const [first, ...others] = parts;
  if (first !== undefined && others.length === 0) return first;
  if (parts.length > mostJoined) {
    const groups = Array.from({ length: Math.ceil(parts.length / mostJoined) }, (_, group) =>
      concat(graph, parts.slice(group * mostJoined, (group + 1) * mostJoined), axis),
    );
    return concat(graph, groups, axis);
  }
  const length = parts.reduce((sum, { shape }) => sum + (shape[axis] ?? 0), 0);
  const shape = first?.shape.map((size, at) => (at === axis ? length : size)) ?? [];
  return graph.add('Concat', parts, shape, { axis });
}

/** The matrix product of two-dimensional values, either one transposed on the way. */
export function gemm(
  graph: Graph,
  a: Value,
  b: Value,
  options: { transposeA?: boolean; transposeB?: boolean; plus?: Value } = {},
): Value {
  const rows = a.shape[options.transposeA === true ? 1 : 0] ?? 1;
  const columns = b.shape[options.transposeB === true ? 0 : 1] ?? 1;
  return graph.add('Gemm', options.plus === undefined ? [a, b] : [a, b, options.plus], [rows, columns], {
    transA: options.transposeA === true ? 1 : 0,
    transB: options.transposeB === true ? 1 : 0,
  });
}
