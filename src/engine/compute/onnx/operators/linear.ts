/** y = x · Wᵀ + b, on vectors [batch, features, 1, 1]. */
import { gemm, reshape, sumOver } from './arithmetic';
import type { Operator } from './operator';

export const linear: Operator<'linear'> = ({ graph, batch, input: [features], parameter }, layer, input) => {
  const weight = parameter('weight');
  const rows = reshape(graph, input, [batch, features]);
  const output = gemm(graph, rows, weight, { transposeB: true, plus: parameter('bias') });
  return {
    output: reshape(graph, output, [batch, layer.out, 1, 1]),
    backward(gradient, inputWanted) {
      const outputGradient = reshape(graph, gradient, [batch, layer.out]);
      const parameters = {
        weight: gemm(graph, outputGradient, rows, { transposeA: true }),
        bias: reshape(graph, sumOver(graph, outputGradient, [0]), [layer.out]),
      };
      if (!inputWanted) return { parameters };
      const inputGradient = gemm(graph, outputGradient, weight);
      return { input: reshape(graph, inputGradient, [batch, features, 1, 1]), parameters };
    },
  };
};
