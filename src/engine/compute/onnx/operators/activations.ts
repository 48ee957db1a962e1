/** Element-wise activations and their derivatives. */
import type { Graph, Value } from '../graph';
import { add, elementwise, multiply, subtract, unary } from './arithmetic';
import type { Operator, Operators } from './operator';

/** So steep that every positive float becomes 1 and everything else 0. */
const steepest = 3e38;

/** 1 where the value is positive, else 0. HardSigmoid is the cheapest way there; it has no branches. */
function positive(graph: Graph, value: Value): Value {
  return elementwise(graph, 'HardSigmoid', [value], { alpha: { float: steepest }, beta: { float: 0 } });
}

const relu: Operator<'relu'> = ({ graph }, _layer, input) => {
  const output = unary(graph, 'Relu', input);
  return {
    output,
    backward: (gradient) => ({ input: multiply(graph, gradient, positive(graph, output)) }),
  };
};

const leakyRelu: Operator<'leakyRelu'> = ({ graph }, layer, input) => {
  const output = elementwise(graph, 'LeakyRelu', [input], { alpha: { float: layer.slope } });
  return {
    output,
    backward(gradient) {
      const derivative = elementwise(graph, 'Max', [positive(graph, output), graph.scalar(layer.slope)]);
      return { input: multiply(graph, gradient, derivative) };
    },
  };
};

/** y = x · t with t = tanh(ln(1 + eˣ)); dy/dx = t + x · (1 − t²) · σ(x). (Misra 2019) */
const mish: Operator<'mish'> = ({ graph }, _layer, input) => {
  const tanh = unary(graph, 'Tanh', unary(graph, 'Softplus', input));
  return {
    output: multiply(graph, input, tanh),
    backward(gradient) {
      const steepness = subtract(graph, graph.scalar(1), multiply(graph, tanh, tanh));
      const slope = multiply(graph, multiply(graph, input, steepness), unary(graph, 'Sigmoid', input));
      return { input: multiply(graph, gradient, add(graph, tanh, slope)) };
    },
  };
};

const tanh: Operator<'tanh'> = ({ graph }, _layer, input) => {
  const output = unary(graph, 'Tanh', input);
  return {
    output,
    backward(gradient) {
      const derivative = subtract(graph, graph.scalar(1), multiply(graph, output, output));
      return { input: multiply(graph, gradient, derivative) };
    },
  };
};

const sigmoid: Operator<'sigmoid'> = ({ graph }, _layer, input) => {
  const output = unary(graph, 'Sigmoid', input);
  return {
    output,
    backward(gradient) {
      const derivative = multiply(graph, output, subtract(graph, graph.scalar(1), output));
      return { input: multiply(graph, gradient, derivative) };
    },
  };
};

export const activations = { relu, leakyRelu, mish, tanh, sigmoid } satisfies Partial<Operators>;
