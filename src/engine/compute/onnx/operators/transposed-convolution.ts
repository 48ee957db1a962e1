/** Transposed convolution: forward what a convolution is on its way back, so its gradients are those of one forward. */
import { reshape, sumOver } from './arithmetic';
import type { ConvolutionGeometry } from './convolution';
import { filterGradient } from './filter-gradient';
import type { Operator } from './operator';

/** Filters are [in, out, kernel, kernel]. Output padding adds rows and columns at the far end. */
export const convTranspose: Operator<'convTranspose'> = (place, layer, input) => {
  const { graph, batch, input: from, output: to, parameter } = place;
  const { kernel, stride, padding, outputPadding } = layer;
  const weight = parameter('weight');
  const windows = {
    kernel_shape: [kernel, kernel],
    strides: [stride, stride],
    pads: [padding, padding, padding, padding],
  };
  const operands = layer.bias ? [input, weight, parameter('bias')] : [input, weight];
  /** Of the convolution that leads from the output's gradient to the input's. */
  const geometry: ConvolutionGeometry = { batch, kernel, stride, padding, input: to, output: from };
  return {
    output: graph.add('ConvTranspose', operands, [batch, ...to], {
      ...windows,
      output_padding: [outputPadding, outputPadding],
    }),
    backward(gradient, wanted) {
      const parameters = {
        weight: filterGradient(graph, geometry, gradient, input),
        ...(layer.bias ? { bias: reshape(graph, sumOver(graph, gradient, [0, 2, 3]), [to[0]]) } : {}),
      };
      if (!wanted.input) return { parameters };
      return { input: graph.add('Conv', [gradient, weight], [batch, ...from], windows), parameters };
    },
  };
};
