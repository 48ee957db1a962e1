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
/** Short enough for what an update touches to stay in one core's cache. */
const rowOfOneThread = 32_768;
/**
 * The shortest that the runtime shares among threads, with some to spare: from about 70,000 values it does. Shorter rows
 * would leave all cores but one idle, longer ones leave the caches.
 */
const rowOfSeveralThreads = 131_072;

/** What has less stays in the caches as it is. */
const fewestInRows = 131_072;

export interface Pack {
  readonly name: string;
  readonly parameters: readonly ParameterPlan[];
  /** Values in all of them. */
  readonly size: number;
  /** Of the tensor that holds them: [size], or in rows, which are updated one after the other (see optimizers.ts). */
  readonly shape: readonly number[];
}

export interface Packs {
  readonly trained: readonly Pack[];
  /** Running statistics, which no optimizer touches; absent where there are none. */
  readonly running?: Pack;
}

/** @param threads large packs get rows that fit the caches of as many cores; absent: none */
export function planPacks(plan: NetworkPlan, threads: number | undefined): Packs {
  const longestRow = threads === undefined ? Infinity : threads > 1 ? rowOfSeveralThreads : rowOfOneThread;
  const trained = plan.parameters.filter(isTrained);
  const isLarge = ({ shape }: ParameterPlan) => valueCount(shape) >= largeParameter;
  const small = trained.filter((parameter) => !isLarge(parameter));
  const running = plan.parameters.filter((parameter) => !isTrained(parameter));
  return {
    trained: [
      ...(small.length > 0 ? [makePack('small', small)] : []),
      ...trained.filter(isLarge).map((parameter) => makePack(parameter.name, [parameter], longestRow)),
    ],
    ...(running.length > 0 ? { running: makePack('running', running) } : {}),
  };
}

function makePack(name: string, parameters: readonly ParameterPlan[], longestRow = Infinity): Pack {
  const size = parameters.reduce((sum, { shape }) => sum + valueCount(shape), 0);
  const columns = largestDivisor(size, longestRow);
  // Sizes without a fitting divisor, such as prime numbers, are rare: they stay whole.
  const rows = size >= fewestInRows && columns >= longestRow / 16 ? size / columns : 1;
  return { name, parameters, size, shape: rows === 1 ? [size] : [rows, columns] };
}

function largestDivisor(size: number, limit: number): number {
  for (let divisor = Math.min(size, limit); divisor > 1; divisor--) if (size % divisor === 0) return divisor;
  return 1;
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

/** The graph's side of {@link splitTensors}: a value for each parameter. `joined` has the pack's shape. */
export function splitInGraph(graph: Graph, pack: Pack, joined: Value): [string, Value][] {
  let offset = 0;
  return pack.parameters.map(({ name, shape }) => {
    const end = offset + valueCount(shape);
    const part = pack.parameters.length === 1 ? joined : slice(graph, joined, 0, offset, end);
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
  const flat = concat(graph, parts, 0);
  return pack.shape.length === 1 ? flat : reshape(graph, flat, pack.shape);
}
