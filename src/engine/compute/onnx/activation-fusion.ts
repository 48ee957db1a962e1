/** Activations as the last act of the blocked convolution before them: a pass over the values less. */
import { onnx } from 'onnx-proto';
import { blockedDomain } from './blocked-domain';

const fused = new Set(['Relu', 'LeakyRelu']);

/**
 * Joins each activation with the convolution that nothing else takes values from.
 * @param isOutput whether the graph gives out the value of a name
 */
export function fuseActivations(
  nodes: readonly onnx.INodeProto[],
  isOutput: (name: string) => boolean,
): onnx.INodeProto[] {
  const uses = new Map<string, number>();
  for (const name of nodes.flatMap(({ input }) => input ?? [])) uses.set(name, (uses.get(name) ?? 0) + 1);
  const convolutions = new Map(
    nodes.filter(canActivate).flatMap((node) => (node.output ?? []).map((name) => [name, node] as const)),
  );
  const activated = new Map<onnx.INodeProto, onnx.INodeProto>();
  const joined = new Set<onnx.INodeProto>();
  for (const node of nodes) {
    const [source = ''] = node.input ?? [];
    const convolution = fused.has(node.opType ?? '') ? convolutions.get(source) : undefined;
    if (convolution === undefined || uses.get(source) !== 1 || isOutput(source)) continue;
    activated.set(convolution, withActivation(convolution, node));
    joined.add(node);
  }
  return nodes.filter((node) => !joined.has(node)).map((node) => activated.get(node) ?? node);
}

function canActivate({ opType, domain, attribute }: onnx.INodeProto): boolean {
  const hasActivation = attribute?.some(({ name }) => name === 'activation') ?? false;
  return opType === 'Conv' && domain === blockedDomain && !hasActivation;
}

function withActivation(convolution: onnx.INodeProto, activation: onnx.INodeProto): onnx.INodeProto {
  const { STRING, FLOATS } = onnx.AttributeProto.AttributeType;
  const slopes = activation.attribute?.flatMap(({ f }) => (typeof f === 'number' ? [f] : [])) ?? [];
  return {
    ...convolution,
    output: activation.output ?? [],
    attribute: [
      ...(convolution.attribute ?? []),
      { name: 'activation', type: STRING, s: new TextEncoder().encode(activation.opType ?? '') },
      ...(slopes.length > 0 ? [{ name: 'activation_params', type: FLOATS, floats: slopes }] : []),
    ],
  };
}
