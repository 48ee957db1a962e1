/**
 * How a trainer keeps its parameters between steps: many small ones joined to one flat tensor, large ones alone. One
 * flat tensor passes the border between JavaScript and the runtime at once, and one optimizer update serves it all.
 */
import { isTrained, type NetworkPlan, type ParameterPlan, valueCount } from '../../model/shapes';
import type { NamedTensors, Tensor } from '../../model/tensors';
import type { Graph, Value } from './graph';
import { concat, reshape, slice } from './operators/arithmetic';

/** From here on joining would cost more than it saves. */
const largeParameter = 65_536;

export interface Pack {
  readonly name: string;
  readonly parameters: readonly ParameterPlan[];
  /** Values in all of them. */
  readonly size: number;
}

export interface Packs {
  readonly trained: readonly Pack[];
  /** Running statistics, which no optimizer touches; absent where there are none. */
  readonly running?: Pack;
}

export function planPacks(plan: NetworkPlan): Packs {
  const trained = plan.parameters.filter(isTrained);
  const isLarge = ({ shape }: ParameterPlan) => valueCount(shape) >= largeParameter;
  const small = trained.filter((parameter) => !isLarge(parameter));
  const running = plan.parameters.filter((parameter) => !isTrained(parameter));
  return {
    trained: [
      ...(small.length > 0 ? [makePack('small', small)] : []),
      ...trained.filter(isLarge).map((parameter) => makePack(parameter.name, [parameter])),
    ],
    ...(running.length > 0 ? { running: makePack('running', running) } : {}),
  };
}

function makePack(name: string, parameters: readonly ParameterPlan[]): Pack {
  return { name, parameters, size: parameters.reduce((sum, { shape }) => sum + valueCount(shape), 0) };
}

/** The pack's parameters one after the other, copied. */
export function joinTensors(pack: Pack, tensors: NamedTensors): Float32Array {
  const flat = new Float32Array(pack.size);
  let offset = 0;
  for (const { name, shape } of pack.parameters) {
    const tensor = tensors.get(name);
    if (tensor?.data.length !== valueCount(shape)) {
      throw new Error(`The weights do not fit the network: ${name} should be [${shape.join()}].`);
    }
    flat.set(tensor.data, offset);
    offset += tensor.data.length;
  }
  return flat;
}

/** The reverse of {@link joinTensors}, copied. */
export function splitTensors(pack: Pack, flat: Float32Array): [string, Tensor][] {
  let offset = 0;
  return pack.parameters.map(({ name, shape }) => {
    const data = flat.slice(offset, offset + valueCount(shape));
    offset += data.length;
    return [name, { shape, data }];
  });
}

/** The graph's side of {@link splitTensors}: a value for each parameter. */
export function splitInGraph(graph: Graph, pack: Pack, flat: Value): [string, Value][] {
  let offset = 0;
  return pack.parameters.map(({ name, shape }) => {
    const end = offset + valueCount(shape);
    const part = pack.parameters.length === 1 ? flat : slice(graph, flat, 0, offset, end);
    offset = end;
    return [name, reshape(graph, part, shape)];
  });
}

/** The graph's side of {@link joinTensors}. */
export function joinInGraph(graph: Graph, pack: Pack, values: ReadonlyMap<string, Value>): Value {
  const parts = pack.parameters.map(({ name, shape }) => {
    const value = values.get(name);
    if (value === undefined) throw new Error(`The graph makes no value for ${name}.`);
    return reshape(graph, value, [valueCount(shape)]);
  });
  return concat(graph, parts, 0);
}
