/** Element-wise activations and their derivatives. */
import type { Graph, Value } from '../graph';
import { add, divide, elementwise, multiply, subtract, unary } from './arithmetic';
import type { Operator, Operators } from './operator';

/** So steep that every positive float becomes 1 and everything else 0. */
const steepest = 3e38;

/** 1 where the value is positive, else 0. HardSigmoid is the cheapest way there; it has no branches. */
export function positive(graph: Graph, value: Value): Value {
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

/**
 * y = x · t with t = tanh(ln(1 + eˣ)) (Misra 2019). With s = σ(x), r = 1 − s and h = 2 / (1 + r²) that is t = h − 1, in a
 * third of the time of the runtime's logarithm; dy/dx = t + x · (1 − t²) · s = h · (1 + x · s · r² · h) − 1. One value
 * after the other, so that few of them are there at once; the way back makes them again, which costs less than to keep
 * them.
 */
const mish: Operator<'mish'> = ({ graph }, _layer, input) => {
  const one = graph.scalar(1);
  const partsOf = (value: Value) => {
    const share = unary(graph, 'Sigmoid', value);
    const rest = subtract(graph, one, share);
    const square = multiply(graph, rest, rest);
    return { share, square, height: divide(graph, graph.scalar(2), add(graph, one, square)) };
  };
  return {
    output: multiply(graph, input, subtract(graph, partsOf(input).height, one)),
    backward(gradient) {
      const again = input.again?.() ?? input;
      const { share, square, height } = partsOf(again);
      const bend = multiply(graph, multiply(graph, multiply(graph, again, share), square), height);
      const slope = subtract(graph, multiply(graph, height, add(graph, one, bend)), one);
      return { input: multiply(graph, gradient, slope) };
    },
  };
};

/** x above 0, alpha · (eˣ − 1) below. (Clevert, Unterthiner and Hochreiter 2016) */
const elu: Operator<'elu'> = ({ graph }, { alpha = 1 }, input) => {
  const output = elementwise(graph, 'Elu', [input], { alpha: { float: alpha } });
  return {
    output,
    backward(gradient) {
      // Below 0 the slope is alpha · eˣ, the output plus alpha.
      const below = elementwise(graph, 'Min', [output, graph.scalar(0)]);
      const slope = add(graph, below, graph.scalar(alpha));
      const rise = multiply(graph, positive(graph, input), graph.scalar(1 - alpha));
      return { input: multiply(graph, gradient, alpha === 1 ? slope : add(graph, slope, rise)) };
    },
  };
};

/** x · Φ(x) with the standard normal distribution Φ; dy/dx = Φ(x) + x · φ(x). (Hendrycks and Gimpel 2016) */
const gelu: Operator<'gelu'> = ({ graph }, _layer, input) => {
  const scaled = multiply(graph, input, graph.scalar(Math.SQRT1_2));
  const share = multiply(graph, add(graph, unary(graph, 'Erf', scaled), graph.scalar(1)), graph.scalar(0.5));
  return {
    output: multiply(graph, input, share),
    backward(gradient) {
      const bell = unary(graph, 'Exp', unary(graph, 'Neg', multiply(graph, scaled, scaled)));
      const density = multiply(graph, bell, graph.scalar(1 / Math.sqrt(2 * Math.PI)));
      return { input: multiply(graph, gradient, add(graph, share, multiply(graph, input, density))) };
    },
  };
};

/** y = x · σ(x); dy/dx = σ(x) + y · (1 − σ(x)). */
const silu: Operator<'silu'> = ({ graph }, _layer, input) => {
  const share = unary(graph, 'Sigmoid', input);
  const output = multiply(graph, input, share);
  return {
    output,
    backward(gradient) {
      const rest = subtract(graph, graph.scalar(1), share);
      return { input: multiply(graph, gradient, add(graph, share, multiply(graph, output, rest))) };
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

export const activations = { relu, leakyRelu, elu, gelu, mish, silu, tanh, sigmoid } satisfies Partial<Operators>;
