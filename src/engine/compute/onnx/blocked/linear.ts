/**
 * Dense layers with the weights as the first factor: y = (W · xᵀ + b)ᵀ. The runtime copies the second factor of a
 * product into the order that its kernels want; of the few images that is little, of the weights it took as long as the
 * product.
 */
import { gemm, reshape, sumOver, transpose } from '../operators/arithmetic';
import type { Operator } from '../operators/operator';

/** On vectors [batch, features, 1, 1]. */
export const weightsFirstLinear: Operator<'linear'> = (
  { graph, batch, input: [features], parameter },
  layer,
  input,
) => {
  const { out } = layer;
  const weight = parameter('weight');
  const rows = reshape(graph, input, [batch, features]);
  const hasBias = layer.bias !== false;
  const columns = gemm(graph, weight, rows, {
    transposeB: true,
    ...(hasBias && { plus: reshape(graph, parameter('bias'), [out, 1]) }),
  });
  return {
    output: reshape(graph, transpose(graph, columns, [1, 0]), [batch, out, 1, 1]),
    backward(gradient, wanted) {
      const outputGradient = reshape(graph, gradient, [batch, out]);
      const parameters = {
        weight: gemm(graph, outputGradient, rows, { transposeA: true }),
        ...(hasBias && { bias: reshape(graph, sumOver(graph, outputGradient, [0]), [out]) }),
      };
      if (!wanted.input) return { parameters };
      const inputColumns = gemm(graph, weight, outputGradient, { transposeA: true, transposeB: true });
      return { input: reshape(graph, transpose(graph, inputColumns, [1, 0]), [batch, features, 1, 1]), parameters };
    },
  };
};
