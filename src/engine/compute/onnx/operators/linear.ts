/** y = x · Wᵀ + b, without b unless it has one, on vectors [batch, features, 1, 1]. */
import { gemm, reshape, sumOver } from './arithmetic';
import type { Operator } from './operator';

export const linear: Operator<'linear'> = ({ graph, batch, input: [features], parameter }, layer, input) => {
  const weight = parameter('weight');
  const rows = reshape(graph, input, [batch, features]);
  const hasBias = layer.bias !== false;
  const output = gemm(graph, rows, weight, { transposeB: true, ...(hasBias && { plus: parameter('bias') }) });
  return {
    output: reshape(graph, output, [batch, layer.out, 1, 1]),
    backward(gradient, wanted) {
      const outputGradient = reshape(graph, gradient, [batch, layer.out]);
      const parameters = {
        weight: gemm(graph, outputGradient, rows, { transposeA: true }),
        ...(hasBias && { bias: reshape(graph, sumOver(graph, outputGradient, [0]), [layer.out]) }),
      };
      if (!wanted.input) return { parameters };
      const inputGradient = gemm(graph, outputGradient, weight);
      return { input: reshape(graph, inputGradient, [batch, features, 1, 1]), parameters };
    },
  };
};
