/** ReLUs whose way back goes through memory less often. */
import type { Graph, Value } from '../graph';
import { elementwise, multiply } from '../operators/arithmetic';
import { activations, positive } from '../operators/activations';
import type { Operator } from '../operators/operator';
import { inPieces } from './pieces';

export const reluInPieces: Operator<'relu'> = (place, layer, input) => {
  const { output } = activations.relu(place, layer, input);
  const masked = (graph: Graph, gradient: Value, seen: Value) => multiply(graph, gradient, positive(graph, seen));
  return { output, backward: (gradient) => ({ input: inPieces(place.graph, gradient, output, masked) }) };
};

export const leakyReluInPieces: Operator<'leakyRelu'> = (place, layer, input) => {
  const { output } = activations.leakyRelu(place, layer, input);
  const sloped = (graph: Graph, gradient: Value, seen: Value) => {
    const derivative = elementwise(graph, 'Max', [positive(graph, seen), graph.scalar(layer.slope)]);
    return multiply(graph, gradient, derivative);
  };
  return { output, backward: (gradient) => ({ input: inPieces(place.graph, gradient, output, sloped) }) };
};
