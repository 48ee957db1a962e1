/** ReLUs whose way back goes through memory less often. */
import type { Graph, Value } from '../graph';
import { multiply } from '../operators/arithmetic';
import { activations, positive, steepest } from '../operators/activations';
import type { Operator } from '../operators/operator';
import { scaleChannels } from './kernels';
import { inPieces } from './pieces';

export const reluInPieces: Operator<'relu'> = (place, layer, input) => {
  const { output } = activations.relu(place, layer, input);
  const masked = (graph: Graph, gradient: Value, seen: Value) => multiply(graph, gradient, positive(graph, seen));
  return { output, backward: (gradient) => ({ input: inPieces(place.graph, gradient, output, masked) }) };
};

/** Of blocked values the derivative takes one pass instead of two. */
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
