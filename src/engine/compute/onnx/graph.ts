/** Builds ONNX graphs node by node. Values carry their shapes, so that gradients know what they belong to. */
import { onnx } from 'onnx-proto';
import { fuseActivations } from './activation-fusion';
import { blockedDomain } from './blocked-domain';

/** A tensor of the graph. A shape may begin with {@link dynamicBatch}. */
export interface Value {
  readonly name: string;
  readonly shape: readonly number[];
  /** Channels lie in blocks, [batch, channels / block, height, width, block]; the shape stays as if they did not. */
  readonly blocked?: true;
  /**
   * Makes the same value anew, from what is kept for the way back in any case. On the way back that is for large
   * values better than to have kept them.
   */
  readonly again?: () => Value;
}

/** Stands for "as many images as are given" at the head of a shape. */
export const dynamicBatch = -1;
const dynamicBatchName = 'N';
/** Stands for any size in the shape of an input or output. */
export const anySize = -2;
/** What the plain operators used here need; any onnxruntime since 2022 runs it. */
const operatorSet = 17;
const irVersion = 8;

/** Floats must be marked, as 1 alone does not say whether it is meant as 1.0. */
export type Attribute =
  | number
  | string
  | readonly number[]
  | { readonly float: number }
  | { readonly floats: readonly number[] }
  | { readonly graph: Graph };
export type ElementType = 'float' | 'int64';

export class Graph {
  private readonly nodes: onnx.INodeProto[] = [];
  private readonly inputs: onnx.IValueInfoProto[] = [];
  private readonly outputs: onnx.IValueInfoProto[] = [];
  private readonly initializers: onnx.ITensorProto[] = [];
  private readonly constants = new Map<string, Value>();
  /** Names that values get in the file, where they are outputs. */
  private readonly outputNames = new Map<string, string>();
  private made = 0;

  /** @param prefix for all names of a graph inside another one, which must not share any */
  constructor(private readonly prefix = '') {}

  /** Adds a node with one output of the given shape. An omitted optional input is `undefined`. */
  add(
    operator: string,
    inputs: readonly (Value | undefined)[],
    shape: readonly number[],
    attributes: Readonly<Record<string, Attribute>> = {},
    domain = '',
  ): Value {
    const [output] = this.addMany(operator, inputs, [shape], attributes, domain);
    if (output === undefined) throw new Error(`${operator} made no output`);
    return output;
  }

  /** Adds a node with as many outputs as shapes are given. */
  addMany(
    operator: string,
    inputs: readonly (Value | undefined)[],
    shapes: readonly (readonly number[])[],
    attributes: Readonly<Record<string, Attribute>> = {},
    domain = '',
  ): Value[] {
    const outputs = shapes.map((shape) => ({ name: this.freshName(operator), shape }));
    this.nodes.push({
      opType: operator,
      domain,
      input: inputs.map((input) => input?.name ?? ''),
      output: outputs.map((output) => output.name),
      attribute: Object.entries(attributes).map(([name, value]) => encodeAttribute(name, value)),
    });
    return outputs;
  }

  input(name: string, shape: readonly number[], type: ElementType = 'float'): Value {
    const value = { name: `${this.prefix}${name}`, shape };
    this.inputs.push(encodeValueInfo(value.name, shape, type));
    return value;
  }

  /** Makes a value an output under the given name. */
  output(bareName: string, value: Value): void {
    const name = `${this.prefix}${bareName}`;
    // A copy only where the value cannot simply be called so: an input, a constant, an output under another name.
    const isComputed = this.nodes.some(({ output }) => output?.includes(value.name));
    if (isComputed && !this.outputNames.has(value.name)) this.outputNames.set(value.name, name);
    else this.nodes.push({ opType: 'Identity', input: [value.name], output: [name] });
    this.outputs.push(encodeValueInfo(name, value.shape, 'float'));
  }

  /** A constant float scalar; equal ones are shared. */
  scalar(value: number): Value {
    return this.shared(`float ${String(value)}`, () => this.constant([], Float32Array.of(value)));
  }

  /** A constant list of whole numbers, as operators take shapes and axes; equal ones are shared. */
  integers(values: readonly number[]): Value {
    return this.shared(`integers ${values.join()}`, () => {
      const name = this.freshName('integers');
      this.initializers.push({
        name,
        dims: [values.length],
        dataType: onnx.TensorProto.DataType.INT64,
        rawData: bytesOf(BigInt64Array.from(values, BigInt)),
      });
      return { name, shape: [values.length] };
    });
  }

  /** A constant tensor of floats, row-major. */
  constant(shape: readonly number[], data: Float32Array, name = this.freshName('constant')): Value {
    this.initializers.push({
      name,
      dims: [...shape],
      dataType: onnx.TensorProto.DataType.FLOAT,
      rawData: bytesOf(data),
    });
    return { name, shape };
  }

  /** The whole as the bytes of an .onnx file. */
  encode(metadata: Readonly<Record<string, string>> = {}): Uint8Array {
    const usesBlocks = this.nodes.some(({ domain }) => domain === blockedDomain);
    const model = onnx.ModelProto.create({
      irVersion,
      producerName: 'anomaly-review',
      opsetImport: [
        { domain: '', version: operatorSet },
        ...(usesBlocks ? [{ domain: blockedDomain, version: 1 }] : []),
      ],
      graph: this.toProto(),
      metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    });
    return onnx.ModelProto.encode(model).finish();
  }

  /** As a part of another graph. */
  toProto(): onnx.IGraphProto {
    const used = usedNames(this.nodes);
    const nameOf = (name: string) => this.outputNames.get(name) ?? name;
    return {
      name: 'graph',
      node: fuseActivations(this.nodes, (name) => this.outputNames.has(name)).map((node) => ({
        ...node,
        input: node.input?.map(nameOf) ?? [],
        output: node.output?.map(nameOf) ?? [],
      })),
      // A weight that was only looked at while the graph was drawn would lie in the file and in memory for nothing.
      initializer: this.initializers.filter(({ name }) => used.has(name ?? '')),
      input: this.inputs,
      output: this.outputs,
    };
  }

  private freshName(base: string): string {
    return `${this.prefix}${base}_${String(this.made++)}`;
  }

  private shared(key: string, make: () => Value): Value {
    const known = this.constants.get(key);
    if (known !== undefined) return known;
    const made = make();
    this.constants.set(key, made);
    return made;
  }
}

/** What nodes take, those of graphs inside them too. */
function usedNames(nodes: readonly onnx.INodeProto[]): Set<string> {
  const names = new Set<string>();
  for (const { input, attribute } of nodes) {
    for (const name of input ?? []) names.add(name);
    for (const { g } of attribute ?? []) for (const name of usedNames(g?.node ?? [])) names.add(name);
  }
  return names;
}

function bytesOf(array: Float32Array | BigInt64Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

function encodeAttribute(name: string, value: Attribute): onnx.IAttributeProto {
  const { AttributeType } = onnx.AttributeProto;
  if (typeof value === 'number') return { name, type: AttributeType.INT, i: value };
  if (typeof value === 'string') return { name, type: AttributeType.STRING, s: new TextEncoder().encode(value) };
  if ('graph' in value) return { name, type: AttributeType.GRAPH, g: value.graph.toProto() };
  if ('floats' in value) return { name, type: AttributeType.FLOATS, floats: [...value.floats] };
  if ('float' in value) return { name, type: AttributeType.FLOAT, f: value.float };
  return { name, type: AttributeType.INTS, ints: [...value] };
}

function encodeValueInfo(name: string, shape: readonly number[], type: ElementType): onnx.IValueInfoProto {
  const elemType = type === 'float' ? onnx.TensorProto.DataType.FLOAT : onnx.TensorProto.DataType.INT64;
  return { name, type: { tensorType: { elemType, shape: { dim: shape.map(encodeSize) } } } };
}

function encodeSize(size: number): onnx.TensorShapeProto.IDimension {
  if (size === anySize) return {};
  return size === dynamicBatch ? { dimParam: dynamicBatchName } : { dimValue: size };
}
