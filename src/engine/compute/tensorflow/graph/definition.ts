/**
 * A recording as a model in TensorFlow's own format, in which the library finds by itself what can run side by side and
 * what can be one operation. Field numbers are those of tensorflow/core/framework/*.proto and protobuf/saved_model.proto.
 */
import type { NativeAttribute, NativeTypes } from '../api';
import { message, nested, real, whole, wholes } from './messages';
import { changes, runBefore } from './order';
import type { Constant, NumberType, Recording, Source } from './recording';

/** The tag by which the library finds the graph in its file. */
export const tag = 'serve';

/** What a graph's parts are called where it is run. Short: the addon copies all of them for each. */
export const names = {
  input: (at: number) => `i${String(at)}`,
  variable: (at: number) => `v${String(at)}`,
  /** The variable's value at the beginning, and the end of its being set. */
  initial: (at: number) => `b${String(at)}`,
  started: 's',
  value: (at: number) => `r${String(at)}`,
  constant: (at: number) => `c${String(at)}`,
  operation: (at: number) => `o${String(at)}`,
  /** The end of a run with all its changes. */
  ended: 'e',
};

/** As the library numbers them (types.proto). */
const typeNumbers: Readonly<Record<NumberType, number>> = { float32: 1, int32: 3, bool: 10 };
/** Old enough for every version that is prepared, and new enough for all operations. */
const graphVersion = 1087;

/** Of one run's outputs, how each is called. */
export function outputName(source: Source): string {
  if (source.from === 'operation') return `${names.operation(source.at)}:${String(source.output)}`;
  const name = source.from === 'held' ? names.value(source.at) : names[source.from](source.at);
  return `${name}:0`;
}

/** @returns the bytes of `saved_model.pb` */
export function savedModel(recording: Recording, types: NativeTypes): Uint8Array {
  const { operations, constants, inputs, variables } = recording;
  const before = runBefore(operations);
  const nodes = [
    ...constants.map((constant, at) => constantNode(names.constant(at), constant, [])),
    ...inputs.map((shape, at) => placeholder(names.input(at), shape)),
    ...variables.flatMap((shape, at) => variableNodes(shape, at)),
    ...operations.map(({ name, attributes, inputs }, at) => {
      const waits = [...(before[at] ?? [])].map((other) => `^${names.operation(other)}`);
      const settings = attributes.map((one) => attribute(one.name, attributeValue(one, types)));
      return node(names.operation(at), name, [...inputs.map(outputName), ...waits], settings);
    }),
    ...endNodes(
      names.started,
      variables.map((_, at) => setterName(at)),
    ),
    ...endNodes(names.ended, changes(operations).map(names.operation)),
  ];
  const graph = message(...nodes.map((one) => nested(1, one)), nested(4, whole(1, graphVersion)));
  return message(whole(1, 1), nested(2, message(nested(1, nested(4, tag)), nested(2, graph))));
}

function node(name: string, operation: string, inputs: readonly string[], attributes: readonly Uint8Array[]) {
  const fields = [...inputs.map((input) => nested(3, input)), ...attributes.map((one) => nested(5, one))];
  return message(nested(1, name), nested(2, operation), ...fields);
}

function attribute(name: string, value: Uint8Array): Uint8Array {
  return message(nested(1, name), nested(2, value));
}

const ofType = (type: NumberType) => whole(6, typeNumbers[type]);
const ofShape = (shape: readonly number[]) => nested(7, shapeMessage(shape));

function shapeMessage(shape: readonly number[]): Uint8Array {
  return message(...shape.map((size) => nested(2, whole(1, size))));
}

function placeholder(name: string, shape: readonly number[]): Uint8Array {
  return node(name, 'Placeholder', [], [attribute('dtype', ofType('float32')), attribute('shape', ofShape(shape))]);
}

function constantNode(name: string, { type, shape, values }: Constant, after: readonly string[]): Uint8Array {
  const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  const tensor = message(whole(1, typeNumbers[type]), nested(2, shapeMessage(shape)), nested(4, bytes));
  const waits = after.map((other) => `^${other}`);
  return node(name, 'Const', waits, [attribute('dtype', ofType(type)), attribute('value', nested(8, tensor))]);
}

const setterName = (at: number) => `a${String(at)}`;

/** The variable, what sets it at the beginning, and what reads it between runs. */
function variableNodes(shape: readonly number[], at: number): Uint8Array[] {
  const type = attribute('dtype', ofType('float32'));
  const variable = names.variable(at);
  return [
    // Those without a name of their own would all be the same.
    node(
      variable,
      'VarHandleOp',
      [],
      [type, attribute('shape', ofShape(shape)), attribute('shared_name', nested(2, variable))],
    ),
    placeholder(names.initial(at), shape),
    node(setterName(at), 'AssignVariableOp', [variable, names.initial(at)], [type]),
    node(names.value(at), 'ReadVariableOp', [variable], [type]),
  ];
}

/** Something to ask for where operations shall run that give nothing: a number that waits for them. */
function endNodes(name: string, after: readonly string[]): Uint8Array[] {
  const constant = `${name}0`;
  return [
    constantNode(constant, { type: 'float32', shape: [], values: Float32Array.of(0) }, after),
    node(name, 'Identity', [constant], [attribute('T', ofType('float32'))]),
  ];
}

function attributeValue({ name, type, value }: NativeAttribute, types: NativeTypes): Uint8Array {
  if (type === types.TF_ATTR_STRING && typeof value === 'string') return nested(2, value);
  if (type === types.TF_ATTR_BOOL && typeof value === 'boolean') return whole(5, Number(value));
  if (typeof value === 'number') {
    if (type === types.TF_ATTR_INT) return whole(3, value);
    if (type === types.TF_ATTR_FLOAT) return real(4, value);
    if (type === types.TF_ATTR_TYPE) return whole(6, value);
  }
  if (typeof value === 'object') {
    if (type === types.TF_ATTR_INT) return nested(1, wholes(3, value));
    if (type === types.TF_ATTR_SHAPE) return ofShape(value);
  }
  throw new Error(`The attribute ${name} cannot be recorded.`);
}
