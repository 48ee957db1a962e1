/** Maxima and means over square windows. */
import type { Value } from '../graph';
import { concat, multiply, reshape, subtract } from './arithmetic';
import { positive } from './activations';
import type { Operator, Operators, Place } from './operator';

interface Windows {
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
}

interface PoolLayer {
  readonly kernel: number;
  readonly stride?: number;
  readonly padding: number;
}

const windowsOf = ({ kernel, stride = kernel, padding }: PoolLayer): Windows => ({ kernel, stride, padding });

const attributesOf = ({ kernel, stride, padding }: Windows) => ({
  kernel_shape: [kernel, kernel],
  strides: [stride, stride],
  pads: [padding, padding, padding, padding],
});

/** Below everything that is computed with; infinity would make differences that are no numbers. */
const lowest = -3e38;

/** Of equal values in a window the first, row by row, is the maximum that gets the gradient. */
const maxPool: Operator<'maxPool'> = (place, layer, input) => {
  const { graph, batch, input: from, output: to } = place;
  const windows = windowsOf(layer);
  const output = graph.add('MaxPool', [input], [batch, ...to], attributesOf(windows));
  return {
    output,
    backward(gradient) {
      const [channels] = from;
      const pixels = [batch * channels, 1, to[1], to[2]];
      let left = gradient;
      const shares = windowPlaces(place, windows, input).map((value, index, all) => {
        const isLast = index === all.length - 1;
        // 0 at the maximum, 1 at what is lower.
        const lower = isLast ? undefined : positive(graph, subtract(graph, output, value));
        const rest = lower === undefined ? undefined : multiply(graph, left, lower);
        const share = rest === undefined ? left : subtract(graph, left, rest);
        left = rest ?? left;
        return reshape(graph, share, pixels);
      });
      return { input: scatter(place, windows, concat(graph, shares, 1)) };
    },
  };
};

/** Zeros of the padding count. */
const averagePool: Operator<'averagePool'> = (place, layer, input) => {
  const { graph, batch, input: from, output: to } = place;
  const windows = windowsOf(layer);
  const attributes = { ...attributesOf(windows), count_include_pad: 1 };
  return {
    output: graph.add('AveragePool', [input], [batch, ...to], attributes),
    backward(gradient) {
      const values = windows.kernel ** 2;
      const share = multiply(graph, gradient, graph.scalar(1 / values));
      const everywhere = new Float32Array(values).fill(1);
      return { input: spread(place, windows, reshape(graph, share, [batch * from[0], 1, to[1], to[2]]), everywhere) };
    },
  };
};

/** For each place in a window, the values that the windows have there, each like the output. */
function windowPlaces({ graph, batch, input: from, output: to }: Place, windows: Windows, input: Value): Value[] {
  const { kernel, stride, padding } = windows;
  const [channels, ...sides] = from;
  const [rows = 0, columns = 0] = sides.map((side) => side + 2 * padding);
  const pads = [0, 0, padding, padding, 0, 0, padding, padding];
  const padded =
    padding === 0
      ? input
      : graph.add('Pad', [input, graph.integers(pads), graph.scalar(lowest)], [batch, channels, rows, columns]);
  const places = Array.from({ length: kernel * kernel }, (_, place) => [Math.floor(place / kernel), place % kernel]);
  return places.map((start) => {
    const end = start.map((first, axis) => first + ((axis === 0 ? to[1] : to[2]) - 1) * stride + 1);
    const bounds = [start, end, [2, 3], [stride, stride]].map((values) => graph.integers(values));
    return graph.add('Slice', [padded, ...bounds], [batch, ...to]);
  });
}

/** @param shares [batch · channels, places in a window, height, width] of the output, back to where they came from */
function scatter(place: Place, windows: Windows, shares: Value): Value {
  const places = windows.kernel ** 2;
  const identity = new Float32Array(places * places);
  for (let index = 0; index < places; index++) identity[index * places + index] = 1;
  return spread(place, windows, shares, identity);
}

/** @param filters [maps, kernel²]: where in its window a value of each map is added */
function spread(
  { graph, batch, input: from, output: to }: Place,
  windows: Windows,
  maps: Value,
  filters: Float32Array,
): Value {
  const { kernel, stride, padding } = windows;
  const [channels, height, width] = from;
  const count = maps.shape[1] ?? 1;
  const unseen = [
    height + 2 * padding - kernel - (to[1] - 1) * stride,
    width + 2 * padding - kernel - (to[2] - 1) * stride,
  ];
  const filter = graph.constant([count, 1, kernel, kernel], filters);
  const sums = graph.add('ConvTranspose', [maps, filter], [batch * channels, 1, height, width], {
    ...attributesOf(windows),
    output_padding: unseen,
  });
  return reshape(graph, sums, [batch, ...from]);
}

export const pooling = { maxPool, averagePool } satisfies Partial<Operators>;
