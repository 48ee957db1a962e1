/** Operators that only give values another shape. */
import type { Value } from '../graph';
import { reshape } from './arithmetic';
import type { Forward, Operators, Place } from './operator';

function reshaped({ graph, batch, input, output }: Place, value: Value): Forward {
  return {
    output: reshape(graph, value, [batch, ...output]),
    backward: (gradient) => ({ input: reshape(graph, gradient, [batch, ...input]) }),
  };
}

export const shaping = {
  flatten: (place, _layer, input) => reshaped(place, input),
  reshape: (place, _layer, input) => reshaped(place, input),
} satisfies Partial<Operators>;
