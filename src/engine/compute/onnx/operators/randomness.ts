/** Layers with chance in them; in evaluation they have none. */
import type { Value } from '../graph';
import { matchLayout } from '../layout';
import { add, concat, multiply, reshape, slice, subtract, sumOver, unary } from './arithmetic';
import type { Operator, Operators } from './operator';

/** The noise is 0 where a value is dropped, and 1 / (1 − probability) elsewhere. (Srivastava et al. 2014) */
const dropout: Operator<'dropout'> = ({ graph, training, noise }, { probability }, input) => {
  if (!training || probability === 0) return { output: input, backward: (gradient) => ({ input: gradient }) };
  const kept = matchLayout(graph, noise(), input);
  return {
    output: multiply(graph, input, kept),
    backward: (gradient) => ({ input: multiply(graph, gradient, kept) }),
  };
};

/**
 * Of means m and log variances v: z = m + e^(v/2) · noise, and the divergence from the standard normal distribution,
 * ½ Σ (m² + e^v − 1 − v). (Kingma and Welling 2014)
 */
const sample: Operator<'sample'> = ({ graph, batch, training, output: to, noise }, _layer, input) => {
  const [length] = to;
  const means = slice(graph, input, 1, 0, length);
  if (!training) {
    return {
      output: means,
      backward: () => {
        throw new Error('A network in evaluation mode is not trained.');
      },
    };
  }
  const logVariances = slice(graph, input, 1, length, 2 * length);
  const half = (value: Value) => multiply(graph, value, graph.scalar(0.5));
  const spread = multiply(graph, unary(graph, 'Exp', half(logVariances)), noise());
  const excess = subtract(graph, unary(graph, 'Exp', logVariances), graph.scalar(1));
  const terms = add(graph, multiply(graph, means, means), subtract(graph, excess, logVariances));
  return {
    output: add(graph, means, spread),
    divergence: reshape(graph, half(sumOver(graph, terms, [1, 2, 3])), [batch]),
    backward(gradient, wanted) {
      const toMeans = add(graph, gradient, multiply(graph, means, wanted.divergence));
      const throughSpread = multiply(graph, gradient, spread);
      const throughDivergence = multiply(graph, excess, wanted.divergence);
      return { input: concat(graph, [toMeans, half(add(graph, throughSpread, throughDivergence))], 1) };
    },
  };
};

export const randomness = { dropout, sample } satisfies Partial<Operators>;
