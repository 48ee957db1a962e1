/** Layers made of layers: what goes in takes several ways, and on the way back their gradients meet and add up. */
import type { Graph, Value } from '../graph';
import { matchLayout, toPlain } from '../layout';
import { add, concat, multiply, slice } from './arithmetic';
import type { Forward, Gradients, Operators } from './operator';

/** layers(x) + shortcut(x) (He, Zhang, Ren and Sun 2016). */
const residual: Operators['residual'] = ({ graph, inner }, _layer, input) => {
  const ways = inner.map((chain) => chain(input));
  const output = sum(
    graph,
    ways.map((way) => way.output),
  );
  return join(graph, ways, output, (gradient) => ways.map(() => gradient));
};

const branches: Operators['branches'] = ({ graph, inner }, layer, input) => {
  const ways = inner.map((chain) => chain(input));
  const outputs = ways.map((way) => way.output);
  if (layer.join === 'concat') {
    const joined = joinChannels(graph, outputs);
    return join(graph, ways, joined, (gradient) => splitChannels(graph, gradient, outputs));
  }
  const total = sum(graph, outputs);
  if (layer.join === 'sum') return join(graph, ways, total, (gradient) => ways.map(() => gradient));
  const share = graph.scalar(1 / ways.length);
  return join(graph, ways, multiply(graph, total, share), (gradient) => {
    const each = multiply(graph, gradient, share);
    return ways.map(() => each);
  });
};

/** @param spread what of the output's gradient each way gets */
function join(
  graph: Graph,
  ways: readonly Forward[],
  output: Value,
  spread: (gradient: Value) => readonly Value[],
): Forward {
  const divergences = ways.flatMap(({ divergence }) => (divergence === undefined ? [] : [divergence]));
  return {
    output,
    statistics: merged(ways.map((way) => way.statistics)),
    ...(divergences.length > 0 && { divergence: sum(graph, divergences) }),
    backward(gradient, wanted) {
      const parts = spread(gradient);
      const results: Gradients[] = ways.map((way, index) => {
        const part = matchLayout(graph, parts[index] ?? gradient, way.output);
        return way.backward(part, wanted);
      });
      const inputs = results.flatMap(({ input }) => (input === undefined ? [] : [input]));
      return {
        ...(wanted.input && inputs.length > 0 && { input: sum(graph, inputs) }),
        parameters: merged(results.map(({ parameters }) => parameters)),
      };
    },
  };
}

/** Names do not meet: each begins with that of its way. */
function merged(groups: readonly (Readonly<Record<string, Value>> | undefined)[]): Record<string, Value> {
  return Object.fromEntries(groups.flatMap((group = {}) => Object.entries(group)));
}

/** In blocks if any of the values is: their channels then fill whole blocks. */
function sum(graph: Graph, values: readonly Value[]): Value {
  const model = values.find(({ blocked }) => blocked) ?? values[0];
  if (model === undefined) throw new Error('A sum needs values.');
  return values.map((value) => matchLayout(graph, value, model)).reduce((total, value) => add(graph, total, value));
}

/** Blocked values lie one after the other as plain ones do, as long as all are blocked. */
function joinChannels(graph: Graph, values: readonly Value[]): Value {
  const joined = (parts: readonly Value[]) => concat(graph, parts, 1);
  if (values.every(({ blocked }) => blocked)) return { ...joined(values), blocked: true };
  return joined(values.map((value) => toPlain(graph, value)));
}

function splitChannels(graph: Graph, value: Value, like: readonly Value[]): Value[] {
  let from = 0;
  return like.map(({ shape: [, channels = 0] }) => {
    const part = slice(graph, value, 1, from, from + channels);
    from += channels;
    return value.blocked === true ? { ...part, blocked: true } : part;
  });
}

export const composites = { residual, branches } satisfies Partial<Operators>;
