/** Leaky ReLU on blocked values, whose derivative takes one pass over them instead of two. */
import { multiply } from '../operators/arithmetic';
import { activations, steepest } from '../operators/activations';
import type { Operator } from '../operators/operator';
import { scaleChannels } from './kernels';

export const blockedLeakyRelu: Operator<'leakyRelu'> = (place, layer, input) => {
  const forward = activations.leakyRelu(place, layer, input);
  const { slope } = layer;
  if (input.blocked !== true || slope < 0 || slope > 1) return forward;
  const { graph } = place;
  const { output } = forward;
  return {
    output,
    backward(gradient) {
      const [, channels = 1] = output.shape;
      const steep = graph.constant([channels], new Float32Array(channels).fill(steepest));
      const derivative = scaleChannels(graph, output, steep, { between: [slope, 1] });
      return { input: multiply(graph, gradient, derivative) };
    },
  };
};
